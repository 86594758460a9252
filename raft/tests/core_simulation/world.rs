//! The world around the servers: a clock that jumps from event to event, and a network that may do as it likes.

use std::{collections::BTreeMap, time::Duration};

use bytes::Bytes;
use raft::{
    ServerId, Term, Time,
    append_entries::AppendEntriesReply,
    install_snapshot::{InstallSnapshotArgs, InstallSnapshotReply, InstallSnapshotSent},
    ready::{Message, Request},
    request_vote::RequestVoteReply,
    state::Core,
};
use rand::{RngExt, SeedableRng, rngs::SmallRng};

use crate::{
    history::{Count, History},
    server::{CrashPoint, Server},
};

/// How bad it gets. Chances are per thousand.
#[derive(Debug)]
pub(crate) struct Weather {
    /// A message is lost.
    lost: u32,
    /// A message arrives twice.
    doubled: u32,
    /// A message is late, by up to two seconds.
    late: u32,
    /// A server crashes in the middle of an event.
    crash: u32,
    /// A leader crashes soon after it has taken a command.
    usurped: u32,
    /// Mean time between changes of who is up, and who can talk to whom.
    calm_for: Duration,
    /// Mean time between two commands.
    idle_for: Duration,
}

impl Weather {
    /// No faults at all.
    pub(crate) const CALM: Weather = Weather {
        lost: 0,
        doubled: 0,
        late: 0,
        crash: 0,
        usurped: 0,
        calm_for: Duration::from_secs(1_000_000),
        idle_for: Duration::from_millis(100),
    };
    /// A little of everything.
    pub(crate) const STORM: Weather = Weather {
        lost: 80,
        doubled: 80,
        late: 80,
        crash: 1,
        usurped: 0,
        calm_for: Duration::from_millis(400),
        ..Weather::CALM
    };
    /// Leaders seldom see their entries through, and the next one has time to find them before it has its own.
    pub(crate) const FIGURE_8: Weather = Weather {
        lost: 300,
        doubled: 20,
        late: 20,
        crash: 10,
        usurped: 700,
        calm_for: Duration::from_millis(100),
        idle_for: Duration::from_millis(500),
    };
}

/// What can happen.
#[derive(Clone, Debug)]
enum Event {
    /// A request arrives.
    Request { from: ServerId, life: u32, message: Message },
    /// The answer to a request arrives at the server that sent it.
    Reply { to: ServerId, life: u32, message: Message, reply: Reply },
    /// A client has a command for everybody who believes to lead.
    Client,
    /// A server crashes.
    Crash(ServerId),
    /// Somebody crashes or comes up, or the network is cut or mended.
    Change,
}

#[derive(Clone, Copy, Debug)]
enum Reply {
    Vote(RequestVoteReply),
    Append(AppendEntriesReply),
    Install(InstallSnapshotReply),
    /// The request or its answer was lost, and the sender is told.
    None,
}

pub(crate) struct World {
    now: Time,
    rng: SmallRng,
    servers: Vec<Server>,
    /// Who can talk to whom: those with the same number.
    side: Vec<u32>,
    /// Events to come, by time; the number keeps events of the same time apart.
    events: BTreeMap<(Time, u64), Event>,
    event_count: u64,
    command_count: u64,
    history: History,
}

impl World {
    pub(crate) fn new(servers: usize, seed: u64) -> Self {
        let mut world = World {
            now: Time::ZERO,
            rng: SmallRng::seed_from_u64(seed),
            servers: (0..servers).map(|_| Server::new()).collect(),
            side: vec![0; servers],
            events: BTreeMap::new(),
            event_count: 0,
            command_count: 0,
            history: History::new(servers),
        };
        (0..servers).for_each(|me| world.come_up(me));
        world.schedule(Time::ZERO, Event::Client);
        world.schedule(Time::ZERO, Event::Change);
        world
    }

    pub(crate) fn count(&self) -> Count {
        self.history.count
    }

    /// Lets this much time pass in this weather.
    pub(crate) fn run(&mut self, weather: &Weather, time: Duration) {
        let end = self.now + time;
        let mut events_left = 1_000_000;
        while self.now < end {
            self.next_event(weather);
            events_left -= 1;
            assert!(events_left > 0, "the world is busy, but time stands still");
        }
    }

    /// Mends everything; then every server must soon have applied everything, old and new.
    pub(crate) fn run_calm_until_all_agree(&mut self) {
        self.side.fill(0);
        self.events.retain(|_, event| !matches!(event, Event::Crash(_)));
        for me in 0..self.servers.len() {
            if self.servers[me].core.is_none() {
                self.come_up(me);
            }
        }
        self.run(&Weather::CALM, Duration::from_secs(5));
        let committed_before = self.count().commits;
        self.run(&Weather::CALM, Duration::from_secs(1));
        assert!(self.count().commits > committed_before, "nothing is committed any more");
        self.events.retain(|_, event| !matches!(event, Event::Client));
        self.run(&Weather::CALM, Duration::from_secs(4));
        for (me, server) in self.servers.iter().enumerate() {
            assert_eq!(
                server.applied() as usize,
                self.count().commits,
                "server {me} has not applied everything"
            );
        }
    }

    fn schedule(&mut self, after: Duration, event: Event) {
        self.events.insert((self.now + after, self.event_count), event);
        self.event_count += 1;
    }

    fn happens(&mut self, per_thousand: u32) -> bool {
        self.rng.random_ratio(per_thousand, 1000)
    }

    fn come_up(&mut self, me: ServerId) {
        let (servers, seed) = (self.servers.len(), self.rng.random());
        self.servers[me].come_up(me, servers, seed, self.now);
    }

    /// The next thing to happen: the next event, or a timer that runs out before it.
    fn next_event(&mut self, weather: &Weather) {
        let deadline = |(me, server): (ServerId, &Server)| Some((server.core.as_ref()?.next_deadline(), me));
        let timer = self.servers.iter().enumerate().filter_map(deadline).min();
        let event_at = self.events.keys().next().map(|&(at, _)| at);
        match timer {
            Some((at, me)) if event_at.is_none_or(|event_at| at <= event_at) => {
                self.now = self.now.max(at);
                self.step(me, weather, Core::tick);
            }
            _ => {
                let ((at, _), event) = self.events.pop_first().expect("something always happens");
                self.now = at;
                self.happen(event, weather);
            }
        }
    }

    fn happen(&mut self, event: Event, weather: &Weather) {
        match event {
            Event::Request { from, life, message } => self.request(from, life, message, weather),
            Event::Reply { to, life, message, reply } => self.reply(to, life, &message, reply, weather),
            Event::Client => {
                for me in 0..self.servers.len() {
                    self.command_count += 1;
                    let command = Bytes::copy_from_slice(&self.command_count.to_be_bytes());
                    let accepted = self.step(me, weather, |core, _| core.start(command)).flatten();
                    if accepted.is_some() && self.happens(weather.usurped) {
                        let soon = Duration::from_millis(self.rng.random_range(0..40));
                        self.schedule(soon, Event::Crash(me));
                    }
                }
                let pause = weather.idle_for.mul_f64(self.rng.random_range(0.0..2.0));
                self.schedule(pause, Event::Client);
            }
            Event::Crash(me) => self.crash(me),
            Event::Change => {
                if weather.calm_for < Duration::from_secs(60) {
                    self.change();
                }
                let pause =
                    weather.calm_for.min(Duration::from_secs(1)).mul_f64(self.rng.random_range(0.0..2.0));
                self.schedule(pause, Event::Change);
            }
        }
    }

    /// One event on one server, then its work in the order of the contract: save, send, apply.
    fn step<T>(
        &mut self,
        me: ServerId,
        weather: &Weather,
        event: impl FnOnce(&mut Core, Time) -> T,
    ) -> Option<T> {
        let outcome = event(self.servers[me].core.as_mut()?, self.now);
        self.drain(me, weather);
        if self.rng.random() {
            let count_max = self.rng.random_range(1..10);
            self.history.count.installs += usize::from(self.servers[me].apply(count_max));
            if self.happens(50) {
                let but = self.rng.random_range(0..4);
                self.servers[me].snapshot(but);
            }
            self.drain(me, weather);
        }
        // A reply does not leave a server that has crashed on the way.
        self.servers[me].core.is_some().then_some(outcome)
    }

    fn drain(&mut self, me: ServerId, weather: &Weather) {
        let crash = self.happens(weather.crash).then(|| {
            self.history.count.crashes += 1;
            if self.rng.random() { CrashPoint::BeforeSaving } else { CrashPoint::BeforeSending }
        });
        let messages = self.servers[me].drain(self.now, crash);
        self.history.check(&self.servers, me);
        let life = self.servers[me].life;
        for message in messages {
            self.travel(weather, Event::Request { from: me, life, message });
        }
    }

    // --- The network ---

    /// A message sets out. It may arrive, late or twice; or be lost, and then its sender may learn of it.
    fn travel(&mut self, weather: &Weather, event: Event) {
        if self.happens(weather.lost) {
            if let (true, Event::Request { from, life, message }) = (self.rng.random(), event) {
                let told = Duration::from_millis(self.rng.random_range(0..500));
                self.schedule(told, Event::Reply { to: from, life, message, reply: Reply::None });
            }
            return;
        }
        for _ in 0..1 + usize::from(self.happens(weather.doubled)) {
            let slowest = if self.happens(weather.late) { 2_000_000 } else { 20_000 };
            let delay = Duration::from_micros(self.rng.random_range(100..slowest));
            self.schedule(delay, event.clone());
        }
    }

    fn request(&mut self, from: ServerId, life: u32, message: Message, weather: &Weather) {
        let me = message.to;
        if self.side[from] != self.side[me] {
            return;
        }
        let request = message.request.clone();
        let reply = self.step(me, weather, |core, now| match request {
            Request::RequestVote(args) => Reply::Vote(core.request_vote(args, now)),
            Request::AppendEntries(args) => Reply::Append(core.append_entries(args, now)),
            Request::InstallSnapshot(args) => Reply::Install(core.install_snapshot(args, now)),
        });
        if let Some(reply) = reply {
            self.travel(weather, Event::Reply { to: from, life, message, reply });
        }
    }

    fn reply(&mut self, me: ServerId, life: u32, message: &Message, reply: Reply, weather: &Weather) {
        let (from, seq) = (message.to, message.seq);
        if self.servers[me].life != life || self.side[from] != self.side[me] {
            return;
        }
        self.step(me, weather, |core, now| match (&message.request, reply) {
            (Request::RequestVote(args), Reply::Vote(reply)) => {
                core.request_vote_reply(from, args.term, reply, now);
            }
            (Request::AppendEntries(args), Reply::Append(reply)) => {
                core.append_entries_reply(from, args.sent(seq), reply, now);
            }
            (Request::InstallSnapshot(args), Reply::Install(reply)) => {
                let &InstallSnapshotArgs { term, last_included_index, .. } = args;
                let sent = InstallSnapshotSent { term, last_included_index, seq };
                core.install_snapshot_reply(from, sent, reply, now);
            }
            (request, _) => core.no_answer(from, seq, term_of(request)),
        });
    }

    // --- The machines ---

    fn crash(&mut self, me: ServerId) {
        self.history.count.crashes += usize::from(self.servers[me].core.is_some());
        self.servers[me].crash();
    }

    /// One thing becomes different: a server is up or down, the network is in two parts or whole.
    fn change(&mut self) {
        let me = self.rng.random_range(0..self.servers.len());
        match self.rng.random_range(0..5) {
            0 => self.crash(me),
            1 | 2 => (0..self.servers.len()).for_each(|me| {
                if self.servers[me].core.is_none() && self.rng.random() {
                    self.come_up(me);
                }
            }),
            3 => self.side = (0..self.servers.len()).map(|_| self.rng.random_range(0..2)).collect(),
            _ => self.side.fill(0),
        }
    }
}

fn term_of(request: &Request) -> Term {
    match request {
        Request::RequestVote(args) => args.term,
        Request::AppendEntries(args) => args.term,
        Request::InstallSnapshot(args) => args.term,
    }
}
