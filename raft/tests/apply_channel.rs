//! Goal: the apply channel is a rendezvous: a send has succeeded when its message was taken, and not before.
//! Method: sender and receiver are polled by hand, one step at a time, so that every "not yet" is seen, not waited for.

use std::{
    future::Future,
    pin::{Pin, pin},
    task::{Context, Poll, Waker},
    time::Duration,
};

use bytes::Bytes;
use raft::{
    ApplyMsg, ApplySender,
    apply::{Closed, apply_channel},
};

fn command(index: u64) -> ApplyMsg {
    ApplyMsg::Command { index, command: Bytes::from(index.to_string()) }
}

/// One step; `None` stands for "not yet".
fn step<F: Future>(future: &mut Pin<&mut F>) -> Option<F::Output> {
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    }
}

/// What the future has come to at its first step.
fn at_once<F: Future>(future: F) -> Option<F::Output> {
    step(&mut pin!(future))
}

/// A send completes when its message is taken, and not before.
#[test]
fn a_send_waits_until_its_message_is_taken() {
    let (sender, receiver) = apply_channel();
    let mut send = pin!(sender.send(command(1)));
    for _ in 0..3 {
        assert_eq!(step(&mut send), None);
    }
    assert_eq!(receiver.try_take(), Some(command(1)));
    assert_eq!(step(&mut send), Some(Ok(())));
}

/// A send that was never polled offers nothing: the message is not in the channel yet.
#[test]
fn nothing_is_offered_before_the_send_begins() {
    let (sender, receiver) = apply_channel();
    let send = sender.send(command(1));
    assert_eq!(receiver.try_take(), None);
    drop(send);
}

/// The receiver waits for a message; each is received once.
#[test]
fn a_message_is_received_once() {
    let (sender, receiver) = apply_channel();
    let mut recv = pin!(receiver.recv());
    assert_eq!(step(&mut recv), None);
    let mut send = pin!(sender.send(command(1)));
    assert_eq!(step(&mut send), None);
    assert_eq!(step(&mut recv), Some(Some(command(1))));
    assert_eq!(step(&mut send), Some(Ok(())));
    assert_eq!(at_once(receiver.recv()), None);
}

/// `ready` tells that there is a message without taking it: the sender still waits.
#[test]
fn ready_takes_nothing() {
    let (sender, receiver) = apply_channel();
    assert_eq!(at_once(receiver.ready()), None);
    let mut send = pin!(sender.send(command(1)));
    assert_eq!(step(&mut send), None);
    for _ in 0..3 {
        assert_eq!(at_once(receiver.ready()), Some(true));
        assert_eq!(step(&mut send), None);
    }
    assert_eq!(receiver.try_take(), Some(command(1)));
    assert_eq!(at_once(receiver.ready()), None);
}

/// `try_take` never waits: without a message it takes nothing.
#[test]
fn try_take_does_not_wait() {
    let (sender, receiver) = apply_channel();
    assert_eq!(receiver.try_take(), None);
    let mut send = pin!(sender.send(command(1)));
    assert_eq!(step(&mut send), None);
    assert_eq!((receiver.try_take(), receiver.try_take()), (Some(command(1)), None));
}

/// A message that was taken before its sender looked again does not confirm the next one.
#[test]
fn each_send_waits_for_its_own_message() {
    let (sender, receiver) = apply_channel();
    for index in 1..=3 {
        let mut send = pin!(sender.send(command(index)));
        assert_eq!(step(&mut send), None);
        assert_eq!(receiver.try_take(), Some(command(index)));
        assert_eq!(step(&mut send), Some(Ok(())));
    }
    let mut send = pin!(sender.send(command(4)));
    assert_eq!(step(&mut send), None);
    assert_eq!(step(&mut send), None, "command 4 was not taken");
}

/// A message that was taken when its sender had given up waiting does not confirm the next one either.
#[test]
fn a_send_that_was_given_up_confirms_no_other() {
    let (sender, receiver) = apply_channel();
    {
        let mut given_up = pin!(sender.send(command(1)));
        assert_eq!(step(&mut given_up), None);
        assert_eq!(receiver.try_take(), Some(command(1)));
    }
    let mut send = pin!(sender.send(command(2)));
    assert_eq!(step(&mut send), None, "command 2 was not taken");
    assert_eq!(receiver.try_take(), Some(command(2)));
    assert_eq!(step(&mut send), Some(Ok(())));
}

/// Several messages are offered one behind the other; the send completes when the last one is taken.
#[test]
fn several_messages_are_sent_when_all_are_taken() {
    let (sender, receiver) = apply_channel();
    let mut send = pin!(sender.send_all((1..=3).map(command)));
    for index in 1..=3 {
        assert_eq!(step(&mut send), None);
        assert_eq!(at_once(receiver.ready()), Some(true));
        assert_eq!(receiver.try_take(), Some(command(index)));
    }
    assert_eq!(at_once(receiver.ready()), None);
    assert_eq!(step(&mut send), Some(Ok(())));
}

/// To send nothing does not wait, and offers nothing.
#[test]
fn no_messages_are_sent_at_once() {
    let (sender, receiver) = apply_channel();
    assert_eq!(at_once(sender.send_all([])), Some(Ok(())));
    assert_eq!(receiver.try_take(), None);
}

/// Closing takes all messages back that were not taken yet.
#[test]
fn closing_discards_all_that_is_left() {
    let (sender, receiver) = apply_channel();
    let mut send = pin!(sender.send_all((1..=3).map(command)));
    assert_eq!(step(&mut send), None);
    assert_eq!(receiver.try_take(), Some(command(1)));
    sender.close();
    assert_eq!((receiver.try_take(), at_once(receiver.recv())), (None, Some(None)));
    assert_eq!(step(&mut send), Some(Err(Closed)));
}

/// Closing takes the message back: it is delivered to nobody, and the sender is told.
#[test]
fn closing_discards_the_message_under_way() {
    let (sender, receiver) = apply_channel();
    let mut send = pin!(sender.send(command(1)));
    assert_eq!(step(&mut send), None);
    sender.close();
    assert_eq!(receiver.try_take(), None);
    assert_eq!(at_once(receiver.ready()), Some(false));
    assert_eq!(at_once(receiver.recv()), Some(None));
    assert_eq!(step(&mut send), Some(Err(Closed)));
}

/// A closed channel takes no more messages.
#[test]
fn a_closed_channel_refuses_messages() {
    let (sender, receiver) = apply_channel();
    sender.close();
    assert_eq!(at_once(sender.send(command(1))), Some(Err(Closed)));
    assert_eq!(receiver.try_take(), None);
}

/// Closing wakes a receiver that waits, and every later receive ends at once.
#[test]
fn closing_ends_the_receiver() {
    let (sender, receiver) = apply_channel();
    {
        let mut recv = pin!(receiver.recv());
        assert_eq!(step(&mut recv), None);
        sender.close();
        assert_eq!(step(&mut recv), Some(None));
    }
    sender.close();
    assert_eq!((at_once(receiver.recv()), at_once(receiver.ready())), (Some(None), Some(false)));
}

/// A sender that is dropped has closed the channel.
#[test]
fn dropping_the_sender_closes() {
    let (sender, receiver) = apply_channel();
    drop(sender);
    assert_eq!(at_once(receiver.recv()), Some(None));
}

/// Sends what is given until the channel is closed; how many were taken.
async fn send_each(sender: &ApplySender, messages: impl Iterator<Item = ApplyMsg>) -> usize {
    let mut sent = 0;
    for message in messages {
        if sender.send(message).await.is_err() {
            break;
        }
        sent += 1;
    }
    sent
}

/// Fails if this takes for ever: somebody sleeps through a wake-up.
async fn in_time<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(20), future).await.expect("nobody wakes the other side up")
}

/// What was taken before the close was delivered, and the sender is told so.
#[test]
fn a_message_taken_before_the_close_is_sent() {
    let (sender, receiver) = apply_channel();
    let mut sending = pin!(sender.send(command(1)));
    assert_eq!(step(&mut sending), None);
    assert_eq!(receiver.try_take(), Some(command(1)));
    sender.close();
    assert_eq!(step(&mut sending), Some(Ok(())));
}

/// A sender that stops waiting takes its message back: a killed server must not deliver behind its own back.
#[test]
fn a_send_that_is_dropped_withdraws_its_message() {
    let (sender, receiver) = apply_channel();
    {
        let mut sending = pin!(sender.send(command(1)));
        assert_eq!(step(&mut sending), None);
    }
    assert_eq!(receiver.try_take(), None);
    let mut sending = pin!(sender.send(command(2)));
    assert_eq!(step(&mut sending), None);
    assert_eq!(receiver.try_take(), Some(command(2)));
}

/// Two tasks on two threads: nothing is lost, doubled or reordered, and nobody sleeps through a wake-up.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_arrive_in_order_across_threads() {
    let (sender, receiver) = apply_channel();
    let sending = tokio::spawn(async move { send_each(&sender, (1..=5000).map(command)).await });
    in_time(async {
        for index in 1..=5000 {
            let message = if index % 2 == 0 {
                receiver.recv().await
            } else {
                assert!(receiver.ready().await);
                receiver.try_take()
            };
            assert_eq!(message, Some(command(index)));
        }
        assert_eq!(sending.await.unwrap(), 5000);
        assert_eq!(receiver.recv().await, None);
    })
    .await;
}

/// A waiting sender is woken by the close, too. What it knows to be sent was taken; of the last message it may not know.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn closing_from_elsewhere_wakes_the_sender() {
    for taken in 0..50 {
        let (sender, receiver) = apply_channel();
        let sender = std::sync::Arc::new(sender);
        let sending = tokio::spawn({
            let sender = sender.clone();
            async move { send_each(&sender, (1..).map(command)).await }
        });
        for index in 1..=taken {
            assert_eq!(in_time(receiver.recv()).await, Some(command(index)));
        }
        sender.close();
        assert_eq!(in_time(receiver.recv()).await, None);
        let sent = in_time(sending).await.unwrap() as u64;
        assert!(sent == taken || sent + 1 == taken, "{sent} of {taken}");
    }
}
