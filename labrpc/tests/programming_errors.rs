//! Goal: what can only be a mistake in the program stops it, and says what would have been right. Method: make each mistake,
//! and read the message.

use std::{
    panic::{self, PanicHookInfo},
    sync::{Arc, Mutex},
};

use labrpc::{ClientEnd, Latency, Network, Server, Service};
use tarpc::{context, server::Serve};

#[tarpc::service]
trait Spoken {
    async fn hello() -> String;
}

#[tarpc::service]
trait Written {
    async fn hello() -> String;
}

#[derive(Clone)]
struct Polite;

impl Spoken for Polite {
    async fn hello(self, _: context::Context) -> String {
        "hello".into()
    }
}

fn spoken(name: &str) -> Service {
    Service::new(name, |ctx, request| Polite.serve().serve(ctx, request))
}

/// A network with a server that speaks and sings, but does not write.
fn network() -> Network {
    let net = Network::new(1, Latency::Jitter);
    net.add_server("server", Server::new().with(spoken("Spoken")).with(spoken("Sung")));
    net
}

fn plug<Req, Resp>(net: &Network) -> ClientEnd<Req, Resp> {
    let end = net.make_end("end");
    net.connect("end", "server");
    net.enable("end", true);
    end.client()
}

/// What the program says when it makes this mistake.
fn message(mistake: impl FnOnce()) -> String {
    let panic = panic::catch_unwind(panic::AssertUnwindSafe(mistake)).expect_err("this is a mistake");
    *panic.downcast().expect("the panic has a formatted message")
}

/// The network runs in tasks of its own, where only the panic hook sees a panic; the caller gets no answer.
#[tokio::test(start_paused = true)]
async fn an_unknown_service_is_named_together_with_the_known_ones() {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let (hook, usual) = (heard.clone(), panic::take_hook());
    let note = move |info: &PanicHookInfo<'_>| {
        let message = info.payload_as_str().unwrap_or_default().to_owned();
        if message.contains("service") {
            hook.lock().expect("nobody panics under this lock").push(message);
        } else {
            usual(info);
        }
    };
    panic::set_hook(Box::new(note));

    let net = network();
    let writer = WrittenClient::from(plug::<WrittenRequest, WrittenResponse>(&net));
    assert!(writer.hello(context::current()).await.is_err());

    let heard = heard.lock().expect("nobody panics under this lock");
    assert_eq!(
        *heard,
        [r#"labrpc: unknown service Written; this server offers ["Spoken", "Sung"]"#],
        "one message, with the service asked for and those there are"
    );
}

#[tokio::test(start_paused = true)]
async fn a_known_service_answers() {
    let net = network();
    let speaker = SpokenClient::from(plug::<SpokenRequest, SpokenResponse>(&net));
    assert_eq!(speaker.hello(context::current()).await.expect("a reliable network"), "hello");
    assert_eq!(net.count("server"), 1);
}

/// A name that is missing, or there already, is part of the message.
#[test]
fn wrong_names_are_named() {
    let net = network();
    net.make_end("once");
    assert_eq!(message(|| drop(net.make_end("once"))), "labrpc: an end called once exists already");
    assert_eq!(message(|| net.connect("none", "server")), "labrpc: no end is called none");
    assert_eq!(message(|| net.enable("none", true)), "labrpc: no end is called none");
    assert_eq!(message(|| assert_eq!(net.count("gone"), 0)), "labrpc: no server is called gone");
}
