//! The only async file: drives a [`Core`] with time, messages and storage.
//!
//! Every event goes the same way: lock the core, step it (plain calls, no await), take its `Ready`, **persist, then
//! send and reply, then apply**. The lock is never held over an await, and nothing leaves before it is saved.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use bytes::Bytes;
use labrpc::Service;
use tarpc::{context, server::Serve};
use tokio::{
    sync::{Notify, watch},
    time::Instant,
};

use crate::{
    Index, ServerId, Term, Time,
    append_entries::{AppendEntriesArgs, AppendEntriesReply},
    apply::ApplySender,
    install_snapshot::{InstallSnapshotArgs, InstallSnapshotReply, InstallSnapshotSent},
    persister::Persister,
    ready::{Message, Request},
    request_vote::{RequestVoteArgs, RequestVoteReply},
    rpc::{RaftEnd, RaftService, RaftServiceClient},
    state::{Core, Saved},
    status::Status,
    storage,
    trace::{Told, tell_append, tell_vote, trace},
};

/// How many committed entries the applier takes from the core at once.
const APPLY_BATCH: usize = 64;

/// How many servers have been started in this process.
static LIVES: AtomicU64 = AtomicU64::new(0);

/// A Raft server: the labs' interface. Clones are handles to the same server.
#[derive(Clone, Debug)]
pub struct Raft {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    guarded: Mutex<Guarded>,
    peers: Vec<RaftServiceClient<RaftEnd>>,
    persister: Persister,
    apply: ApplySender,
    /// Time zero of the core.
    epoch: Instant,
    killed: AtomicBool,
    /// There may be something to send, or an earlier deadline.
    work: Notify,
    /// There may be something to apply.
    committed: Notify,
    /// What [`Raft::get_state`] returns, for those who wait for it to change.
    state: watch::Sender<(Term, bool)>,
}

#[derive(Debug)]
struct Guarded {
    core: Core,
    /// When the ticker will wake up by itself.
    alarm: Time,
    /// The state last announced to those who watch it.
    announced: (Term, bool),
    /// What events have told.
    told: Told,
}

impl Raft {
    /// Starts a server. `peers` holds one end per server, in the same order on all of them; `me` is this server's place
    /// in it. Reads the saved state from `persister`, and returns before anything is read from the apply channel.
    pub fn make(peers: Vec<RaftEnd>, me: ServerId, persister: Persister, apply: ApplySender) -> Raft {
        let has_run = persister.raft_state_size() > 0;
        let saved = if has_run { storage::restore(&persister) } else { Saved::default() };
        let name = peers[me].server_name().unwrap_or_else(|| me.to_string());
        let core = Core::new(me, peers.len(), saved, rand::random(), Time::ZERO)
            .named(name, LIVES.fetch_add(1, Ordering::Relaxed) + 1);
        let (announced, told) = (core.state(), Told::of(&core));
        let shared = Arc::new(Shared {
            guarded: Mutex::new(Guarded { core, alarm: Time::ZERO, announced, told }),
            peers: peers.into_iter().map(RaftServiceClient::from).collect(),
            persister,
            apply,
            epoch: Instant::now(),
            killed: AtomicBool::new(false),
            work: Notify::new(),
            committed: Notify::new(),
            state: watch::Sender::new(announced),
        });
        tokio::spawn(shared.clone().tick_forever());
        tokio::spawn(shared.clone().apply_forever());
        Raft { shared }
    }

    /// **Lab 2B.** If this server believes it is the leader, appends `command` to its log (`Core::start`) and wakes the
    /// ticker, which sends. Returns at once, with the index the command will have *if* it is ever committed, the current term, and
    /// whether this server is the leader (if not, the index is 0 and nothing was done).
    pub fn start(&self, command: impl Into<Bytes>) -> (Index, Term, bool) {
        let mut guarded = self.shared.lock();
        let (term, is_leader) = guarded.core.state();
        if !is_leader || self.shared.is_killed() {
            return (0, term, false);
        }
        let index = guarded.core.start(command.into()).expect("a leader accepts commands");
        // The ticker sends: commands that arrive before it wakes up travel together.
        self.shared.work.notify_one();
        (index, term, true)
    }

    /// The current term, and whether this server believes it is the leader.
    pub fn get_state(&self) -> (Term, bool) {
        self.shared.lock().core.state()
    }

    /// What [`Raft::get_state`] returns, and every change of it: a service that waits for a command learns without
    /// polling that the leadership is gone. `kill` ends the leadership here too.
    pub fn watch_state(&self) -> watch::Receiver<(Term, bool)> {
        self.shared.state.subscribe()
    }

    /// Whether this server leads, and entries of older terms wait in its log for one of its own: by themselves they are
    /// never committed (§5.4.2), so a service that cannot wait for the next command should `start` a no-op.
    pub fn needs_entry_of_own(&self) -> bool {
        self.shared.lock().core.needs_entry_of_own()
    }

    /// **Lab 2D.** The service has saved everything up to and including `index` in `snapshot`. Raft forgets its log up
    /// to there (§7).
    pub fn snapshot(&self, index: Index, snapshot: impl Into<Bytes>) {
        self.shared.step(|core, _| core.snapshot(index, snapshot.into()));
    }

    /// A leftover of an older Lab 2D: the apply channel already delivers snapshots and commands in order, so the service may
    /// always switch to a snapshot it has been sent.
    pub fn cond_install_snapshot(
        &self,
        _last_included_term: Term,
        _last_included_index: Index,
        _snapshot: &[u8],
    ) -> bool {
        true
    }

    /// The server has been given up. Its tasks end, and it delivers nothing more; calls may still arrive.
    pub fn kill(&self) {
        self.shared.killed.store(true, Ordering::Release);
        self.shared.state.send_modify(|(_, is_leader)| *is_leader = false);
        self.shared.apply.close();
        self.shared.work.notify_one();
        self.shared.committed.notify_one();
    }

    /// The server at a glance, for reports. `None` if it is busy with something that does not end.
    pub fn status(&self) -> Option<Status> {
        Some(self.shared.guarded.try_lock().ok()?.core.status())
    }

    /// The RPC service by which the peers reach this server.
    pub fn service(&self) -> Service {
        let raft = self.clone();
        Service::new("RaftService", move |ctx, request| raft.clone().serve().serve(ctx, request))
    }
}

impl RaftService for Raft {
    async fn request_vote(self, _: context::Context, args: RequestVoteArgs) -> RequestVoteReply {
        self.shared
            .answer(|core, now| core.request_vote(args, now), |core, reply| tell_vote(core, &args, reply))
    }

    async fn append_entries(self, _: context::Context, args: AppendEntriesArgs) -> AppendEntriesReply {
        let prev = args.prev_log_index;
        self.shared
            .answer(|core, now| core.append_entries(args, now), |core, reply| tell_append(core, prev, reply))
    }

    async fn install_snapshot(self, _: context::Context, args: InstallSnapshotArgs) -> InstallSnapshotReply {
        self.shared.step(|core, now| core.install_snapshot(args, now))
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Guarded> {
        self.guarded.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_killed(&self) -> bool {
        self.killed.load(Ordering::Acquire)
    }

    fn now(&self) -> Time {
        self.epoch.elapsed()
    }

    /// One event: step the core, then do what it wants done.
    fn step<T>(self: &Arc<Self>, event: impl FnOnce(&mut Core, Time) -> T) -> T {
        self.answer(event, |_, _| ())
    }

    /// The same, and tells what has come of it.
    fn answer<T>(
        self: &Arc<Self>,
        event: impl FnOnce(&mut Core, Time) -> T,
        tell: impl FnOnce(&Core, &T),
    ) -> T {
        let mut guarded = self.lock();
        let now = self.now();
        let answer = event(&mut guarded.core, now);
        self.drain(&mut guarded, now);
        tell(&guarded.core, &answer);
        answer
    }

    /// Persist, then send, then apply. The answer to an RPC leaves after this has returned.
    fn drain(self: &Arc<Self>, guarded: &mut Guarded, now: Time) {
        let ready = guarded.core.take_ready(now);
        let Guarded { core, told, .. } = guarded;
        told.tell(core, ready.persist.as_ref());
        if let Some(persist) = ready.persist {
            let (from, entries) = (persist.from, persist.entries.len());
            let last_log_index = guarded.core.log().last_index();
            trace!(guarded.core, "PERSIST", from, entries, last_log_index, "saved");
            storage::save(&self.persister, persist);
        }
        if !self.is_killed() {
            for message in ready.messages {
                tokio::spawn(self.clone().send(message));
            }
            self.announce(guarded);
        }
        if ready.committed {
            self.committed.notify_one();
        }
        if guarded.core.next_deadline() < guarded.alarm {
            self.work.notify_one();
        }
    }

    /// Tells those who watch of a new term or role. Comes after the save: a leadership that storage does not know of is none.
    fn announce(&self, guarded: &mut Guarded) {
        let state = guarded.core.state();
        if guarded.announced != state {
            guarded.announced = state;
            self.state.send_replace(state);
        }
    }

    /// Lets time pass, and sends what `start` has left.
    async fn tick_forever(self: Arc<Self>) {
        while !self.is_killed() {
            self.step(Core::tick);
            let alarm = {
                let mut guarded = self.lock();
                guarded.alarm = guarded.core.next_deadline();
                guarded.alarm
            };
            tokio::select! {
                biased;
                () = self.work.notified() => {}
                () = tokio::time::sleep_until(self.epoch + alarm) => {}
            }
        }
    }

    /// Hands committed entries to the service, in order, one at a time.
    async fn apply_forever(self: Arc<Self>) {
        while !self.is_killed() {
            let batch = {
                let core = &mut self.lock().core;
                if core.has_committed() { core.take_committed(APPLY_BATCH) } else { Vec::new() }
            };
            if batch.is_empty() {
                self.committed.notified().await;
            } else if self.apply.send_all(batch).await.is_err() {
                return;
            }
        }
    }

    /// Sends one request and brings its reply home. A request to a dead peer may take seconds to fail, so each
    /// has a task of its own.
    async fn send(self: Arc<Self>, message: Message) {
        let Message { to, seq, request } = message;
        match request {
            Request::RequestVote(args) => self.send_request_vote(to, seq, args).await,
            Request::AppendEntries(args) => self.send_append_entries(to, seq, args).await,
            Request::InstallSnapshot(args) => self.send_install_snapshot(to, seq, args).await,
        }
    }

    async fn send_request_vote(self: Arc<Self>, to: ServerId, seq: u64, args: RequestVoteArgs) {
        let term = args.term;
        let reply = self.peers[to].request_vote(context::current(), args).await;
        self.reply(|core, now| match reply {
            Ok(reply) => core.request_vote_reply(to, term, reply, now),
            Err(_) => core.no_answer(to, seq, term),
        });
    }

    async fn send_append_entries(self: Arc<Self>, to: ServerId, seq: u64, args: AppendEntriesArgs) {
        let sent = args.sent(seq);
        let reply = self.peers[to].append_entries(context::current(), args).await;
        self.reply(|core, now| match reply {
            Ok(reply) => core.append_entries_reply(to, sent, reply, now),
            Err(_) => core.no_answer(to, seq, sent.term),
        });
    }

    async fn send_install_snapshot(self: Arc<Self>, to: ServerId, seq: u64, args: InstallSnapshotArgs) {
        let sent =
            InstallSnapshotSent { term: args.term, last_included_index: args.last_included_index, seq };
        let reply = self.peers[to].install_snapshot(context::current(), args).await;
        self.reply(|core, now| match reply {
            Ok(reply) => core.install_snapshot_reply(to, sent, reply, now),
            Err(_) => core.no_answer(to, seq, sent.term),
        });
    }

    /// The event "a request has ended". A killed server takes no more notice of it.
    fn reply(self: &Arc<Self>, event: impl FnOnce(&mut Core, Time)) {
        if !self.is_killed() {
            self.step(event);
        }
    }
}
