//! The apply channel: a rendezvous. A send completes only when the receiver takes the message.
//!
//! A queue would hide two mistakes: delivery that deadlocks against `snapshot`, and commands that wait behind a snapshot
//! which already covers them.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use tokio::sync::Notify;

use crate::{Index, Term};

/// What a server hands to its service: the labs' `ApplyMsg`. Its two "valid" flags are the two variants here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ApplyMsg {
    /// A newly committed entry.
    Command {
        /// Its index in the log; the first one ever is 1.
        index: Index,
        /// The command as it was given to `start`.
        command: Bytes,
    },
    /// A snapshot from the leader: it replaces the service's state.
    Snapshot {
        /// The snapshot covers everything up to and including this index.
        index: Index,
        /// Term of the entry at that index.
        term: Term,
        /// The bytes once given to `snapshot` by the service of another server.
        snapshot: Bytes,
    },
}

/// Makes an apply channel of capacity 0.
pub fn apply_channel() -> (ApplySender, ApplyReceiver) {
    let meeting = Arc::new(Meeting::default());
    (ApplySender { meeting: meeting.clone() }, ApplyReceiver { meeting })
}

/// Raft's side of the apply channel. For one task at a time.
#[derive(Debug)]
pub struct ApplySender {
    meeting: Arc<Meeting>,
}

/// The service's side of the apply channel. For one task.
#[derive(Debug)]
pub struct ApplyReceiver {
    meeting: Arc<Meeting>,
}

/// The channel is closed: the message was not delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closed;

#[derive(Debug, Default)]
struct Meeting {
    place: Mutex<Place>,
    arrived: Notify,
    taken: Notify,
}

#[derive(Debug, Default)]
struct Place {
    /// What the sender offers now, and waits for to be taken.
    offered: VecDeque<ApplyMsg>,
    closed: bool,
    /// Closing has thrown away what was offered.
    discarded: bool,
}

impl Meeting {
    fn place(&self) -> MutexGuard<'_, Place> {
        self.place.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ApplySender {
    /// Offers a message and waits until it has been taken.
    ///
    /// # Errors
    /// [`Closed`] if the channel was closed before that.
    pub async fn send(&self, message: ApplyMsg) -> Result<(), Closed> {
        self.send_all([message]).await
    }

    /// Offers several messages, one behind the other, and waits until all have been taken. The same as to send each by
    /// itself, without waking up in between.
    ///
    /// # Errors
    /// [`Closed`] if the channel was closed before that; some of the messages may have been taken.
    ///
    /// # Cancellation
    /// Dropping the future withdraws what has not been taken.
    pub async fn send_all(&self, messages: impl IntoIterator<Item = ApplyMsg>) -> Result<(), Closed> {
        {
            let mut place = self.meeting.place();
            if place.closed {
                return Err(Closed);
            }
            debug_assert!(place.offered.is_empty(), "the apply channel has one sender");
            place.offered.extend(messages);
        }
        self.meeting.arrived.notify_one();
        let _withdraw = Withdraw(&self.meeting);
        loop {
            {
                let place = self.meeting.place();
                if place.discarded {
                    return Err(Closed);
                }
                if place.offered.is_empty() {
                    return Ok(());
                }
            }
            self.meeting.taken.notified().await;
        }
    }

    /// Closes the channel. A message that has not been taken by now never will be.
    pub fn close(&self) {
        let mut place = self.meeting.place();
        place.closed = true;
        place.discarded |= !place.offered.is_empty();
        place.offered.clear();
        drop(place);
        self.meeting.taken.notify_one();
        self.meeting.arrived.notify_one();
    }
}

/// Takes the offer back when its sender stops waiting. After a complete send there is nothing left to take back.
struct Withdraw<'a>(&'a Meeting);

impl Drop for Withdraw<'_> {
    fn drop(&mut self) {
        self.0.place().offered.clear();
    }
}

impl Drop for ApplySender {
    fn drop(&mut self) {
        self.close();
    }
}

impl ApplyReceiver {
    /// Waits for the next message and takes it; `None` once the channel is closed.
    pub async fn recv(&self) -> Option<ApplyMsg> {
        while self.ready().await {
            if let Some(message) = self.try_take() {
                return Some(message);
            }
        }
        None
    }

    /// Waits until there is a message to take; `false` once the channel is closed.
    pub async fn ready(&self) -> bool {
        loop {
            {
                let place = self.meeting.place();
                if !place.offered.is_empty() || place.closed {
                    return !place.closed;
                }
            }
            self.meeting.arrived.notified().await;
        }
    }

    /// Takes the message that is there, if it still is. With [`ApplyReceiver::ready`], this lets a service take a message
    /// under a lock of its own.
    pub fn try_take(&self) -> Option<ApplyMsg> {
        let mut place = self.meeting.place();
        let message = place.offered.pop_front();
        if place.offered.is_empty() && message.is_some() {
            self.meeting.taken.notify_one();
        }
        message
    }
}
