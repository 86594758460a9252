//! A clerk as the tests use it: says what it is doing, and writes it down if asked to.

use std::panic::Location;

use linearizability::kv::Op;
use protocol::FailureKind;
use service::Log;

use super::config::Config;

/// A clerk and its harness.
pub struct Client {
    config: Config,
    name: String,
    clerk: shardkv::Clerk,
    /// Where its operations are written down, and as whose.
    log: Option<(Log, usize)>,
}

impl Config {
    /// A new client.
    pub fn make_client(&self) -> Client {
        self.make_client_of(self.asked())
    }

    /// A new client that asks the controller whose servers' names begin so.
    pub(super) fn make_client_of(&self, controller: &str) -> Client {
        let (name, clerk) = self.next_clerk(controller);
        Client::new(self.clone(), name, clerk)
    }
}

impl Client {
    pub(super) fn new(config: Config, name: String, clerk: shardkv::Clerk) -> Self {
        Client { config, name, clerk, log: None }
    }

    /// What the network calls it: what [`Config::disconnect_client`] and [`Config::connect_client`] want to know.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// From here on, operations are written down in the harness's log, as those of `client`.
    pub fn logged(mut self, client: usize) -> Self {
        self.log = Some((self.config.log().clone(), client));
        self
    }

    /// The value of a key, empty if there is none.
    #[track_caller]
    pub fn get(&mut self, key: &str) -> impl Future<Output = String> + Send {
        let step = self.config.sim().step(format!("Get({key})"));
        let key = key.to_owned();
        async move {
            let _step = step;
            let call = self.begin(Op::Get, &key, "");
            let value = self.clerk.get(&key).await;
            self.write_down(call, Op::Get, &key, "", &value);
            value
        }
    }

    /// Replaces the value of a key.
    #[track_caller]
    pub fn put(&mut self, key: &str, value: &str) -> impl Future<Output = ()> + Send {
        let step = self.config.sim().step(format!("Put({key})"));
        let (key, value) = (key.to_owned(), value.to_owned());
        async move {
            let _step = step;
            let call = self.begin(Op::Put, &key, &value);
            self.clerk.put(&key, &value).await;
            self.write_down(call, Op::Put, &key, &value, "");
        }
    }

    /// Appends to the value of a key.
    #[track_caller]
    pub fn append(&mut self, key: &str, value: &str) -> impl Future<Output = ()> + Send {
        let step = self.config.sim().step(format!("Append({key})"));
        let (key, value) = (key.to_owned(), value.to_owned());
        async move {
            let _step = step;
            let call = self.begin(Op::Append, &key, &value);
            self.clerk.append(&key, &value).await;
            self.write_down(call, Op::Append, &key, &value, "");
        }
    }

    /// Reads a key, and fails unless it has this value.
    #[track_caller]
    pub fn check(&mut self, key: &str, wanted: &str) -> impl Future<Output = ()> + Send {
        self.check_at(key, wanted, Location::caller())
    }

    /// The same, for a helper that knows its caller's place.
    fn check_at(
        &mut self,
        key: &str,
        wanted: &str,
        at: &'static Location<'static>,
    ) -> impl Future<Output = ()> + Send {
        let step = self.config.sim().step_at(format!("Get({key})"), at);
        let (key, wanted) = (key.to_owned(), wanted.to_owned());
        async move {
            let _step = step;
            let call = self.begin(Op::Get, &key, "");
            let got = self.clerk.get(&key).await;
            self.write_down(call, Op::Get, &key, "", &got);
            if got != wanted {
                let message = format!("Get({key}): expected:\n{wanted}\nreceived:\n{got}");
                self.config.sim().fail_at(FailureKind::Check, message, at);
            }
        }
    }

    fn begin(&self, op: Op, key: &str, value: &str) -> u64 {
        service::client_calls(&self.name, op, key, value);
        self.log.as_ref().map_or(0, |(log, _)| log.stamp())
    }

    fn write_down(&self, call: u64, op: Op, key: &str, value: &str, output: &str) {
        service::client_returns(&self.name, op, key, output);
        if let Some((log, client)) = &self.log {
            log.add(*client, call, op, [key, value, output]);
        }
    }
}

/// Group 0 joins, and a new client puts a random text under each of ten keys. Returns the client, and what the values are.
pub async fn ten_keys(config: &Config) -> (Client, Values) {
    let mut client = config.make_client();
    config.join(&[0]).await;
    let values = Values::fill(config, &mut client, 10, 5).await;
    (client, values)
}

/// The keys of a test, `0` upwards, and the value each should have.
#[derive(Clone, Debug)]
pub struct Values(pub Vec<String>);

impl Values {
    /// Puts a random text of this length under each of so many keys.
    pub async fn fill(config: &Config, client: &mut Client, keys: usize, length: usize) -> Values {
        let values = Values((0..keys).map(|_| config.random_string(length)).collect());
        for (key, value) in values.0.iter().enumerate() {
            client.put(&key.to_string(), value).await;
        }
        values
    }

    /// Checks every key.
    #[track_caller]
    pub fn verify(&self, client: &mut Client) -> impl Future<Output = ()> + Send {
        let at = Location::caller();
        async move {
            for key in 0..self.0.len() {
                self.verify_one_at(client, key, at).await;
            }
        }
    }

    /// Checks one key.
    #[track_caller]
    pub fn verify_one(&self, client: &mut Client, key: usize) -> impl Future<Output = ()> + Send {
        self.verify_one_at(client, key, Location::caller())
    }

    async fn verify_one_at(&self, client: &mut Client, key: usize, at: &'static Location<'static>) {
        client.check_at(&key.to_string(), &self.0[key], at).await;
    }

    /// Appends a random text of this length to one key.
    pub async fn append(&mut self, config: &Config, client: &mut Client, key: usize, length: usize) {
        let text = config.random_string(length);
        client.append(&key.to_string(), &text).await;
        self.0[key] += &text;
    }

    /// Checks every key, and appends a random text of this length to it.
    pub async fn verify_and_append(&mut self, config: &Config, client: &mut Client, length: usize) {
        for key in 0..self.0.len() {
            self.verify_one(client, key).await;
            self.append(config, client, key, length).await;
        }
    }
}
