//! A network that can lose, delay, reorder and cut, for tarpc services.
//!
//! # How to use it
//!
//! A service is an ordinary `#[tarpc::service]` trait. On the server's side, put its implementation into a
//! [`Server`] and give the network that server under a name. On the client's side, make an end, bind it to the
//! server's name, enable it, and make tarpc's generated client from it:
//!
//! ```
//! use labrpc::{ClientEnd, Latency, Network, Server, Service};
//! use tarpc::{context, server::Serve};
//!
//! #[tarpc::service]
//! trait Hello { async fn hello(name: String) -> String; }
//!
//! #[derive(Clone)]
//! struct Polite;
//! impl Hello for Polite {
//!     async fn hello(self, _: context::Context, name: String) -> String { format!("hello {name}") }
//! }
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() {
//! let net = Network::new(42, Latency::Jitter);
//! let service = Service::new("Hello", |ctx, request| Polite.serve().serve(ctx, request));
//! net.add_server("server-1", Server::new().with(service));
//!
//! let end = net.make_end("end-1");
//! net.connect("end-1", "server-1");
//! net.enable("end-1", true);
//!
//! let client = HelloClient::from(end.client());
//! assert_eq!(client.hello(context::current(), "Leslie".into()).await.unwrap(), "hello Leslie");
//! # }
//! ```
//!
//! # What a caller may rely on
//!
//! * `Ok`: the handler ran, and this is its reply. `Err`: no answer. Nothing tells why, and the handler may or may
//!   not have run: the network delivers each request at most once, and never says what it lost.
//! * A call always returns in the end, unless its handler never returns while the server lives and the end stays
//!   enabled. There is no other time-out.
//! * Requests are not ordered, not even those of one end.
//! * Every message is really encoded by [`labgob`] on one side and decoded on the other. No memory is shared, and the
//!   byte counters are honest (payload only).
//!
//! # What the network does to a call
//!
//! The file `delivery.rs` reads like the specification:
//!
//! 1. The request is counted, whatever will become of it.
//! 2. Once, all at the same time: end, server and modes are looked at. What is changed later is too late for this call.
//! 3. If the end is disabled or unbound or has no server, the call fails, but not at once
//!    ([long delays](Network::long_delays): much later).
//! 4. An [unreliable](Network::reliable) network waits a little, and may lose the request.
//! 5. The handler runs. Every 100 ms, and when it has returned, the network looks whether the end is still enabled and
//!    the server still the same object; if not, the call fails there and then, and the handler runs on for nobody.
//! 6. An unreliable network may lose the reply.
//! 7. With [long reordering](Network::long_reordering), most replies are held back, for up to two seconds. Nobody looks
//!    at end and server again.
//!
//! All numbers are in [`constants`].
//!
//! On a virtual clock use [`Latency::Jitter`]: every hop then takes a small, seeded time. Without it all
//! messages of one instant would be ties, and the races the tests are about would never be run.
//!
//! # Where things stand
//!
//! A message goes one way through the files: `end.rs` makes a call of a request (`call.rs`), `delivery.rs` takes it to
//! its server (`server.rs`). What it looks at on the way is in `state.rs`, and chance in `fate.rs`. `network.rs` is what
//! a tester holds; with `kept.rs` a test keeps requests back, on the shelf of `shelf.rs`.

mod call;
pub mod constants;
mod delivery;
mod end;
mod fate;
mod kept;
mod network;
mod server;
mod shelf;
mod state;

pub use end::{ClientEnd, End, no_answer};
pub use fate::Latency;
pub use network::Network;
pub use server::{Server, Service};
