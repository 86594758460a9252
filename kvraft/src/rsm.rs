//! A replicated state machine: submit a command to one server, and get its output once all have agreed on it.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use raft::{ApplyReceiver, Index, Persister, Raft, RaftEnd, ServerId, apply_channel};
use serde::{Deserialize, Serialize};

pub use crate::waiting::NotLeader;
use crate::{
    machine::StateMachine,
    replica::Replica,
    waiting::{EntryId, Waiting},
};

/// One server of a replicated state machine. Clones are handles to the same server.
pub struct Rsm<S: StateMachine> {
    shared: Arc<Shared<S>>,
}

impl<S: StateMachine> Clone for Rsm<S> {
    fn clone(&self) -> Self {
        Rsm { shared: self.shared.clone() }
    }
}

struct Shared<S: StateMachine> {
    raft: Raft,
    /// Locked before the lock inside Raft, never the other way round, and never over an await.
    waiting: Mutex<Waiting<S::Output>>,
    replica: Mutex<Replica<S>>,
    next_id: AtomicU64,
    killed: AtomicBool,
}

/// What stands in the log.
#[derive(Serialize, Deserialize)]
struct Entry<C> {
    id: EntryId,
    /// `None`: a no-op, which changes nothing. Its commit brings about that of the entries before it.
    command: Option<C>,
}

impl<S: StateMachine> Rsm<S> {
    /// Starts a server: restores `machine` from the snapshot in `persister`, if there is one, and joins the group. `peers`, `me`
    /// and `persister` are Raft's; `raft_state_bytes_max` is the labs' `maxraftstate`, `None` for "never snapshot".
    ///
    /// # Panics
    /// If the snapshot cannot be read: a server that cannot remember must not take part.
    pub fn make(
        peers: Vec<RaftEnd>,
        me: ServerId,
        persister: Persister,
        raft_state_bytes_max: Option<usize>,
        machine: S,
    ) -> Rsm<S> {
        let replica = Replica::restored(machine, persister.clone(), raft_state_bytes_max);
        let (sender, receiver) = apply_channel();
        let shared = Arc::new(Shared {
            raft: Raft::make(peers, me, persister, sender),
            waiting: Mutex::new(Waiting::new()),
            replica: Mutex::new(replica),
            // From a random number upwards: no two lives of any server give the same number twice.
            next_id: AtomicU64::new(rand::random()),
            killed: AtomicBool::new(false),
        });
        tokio::spawn(shared.clone().apply_forever(receiver));
        tokio::spawn(shared.clone().follow_leadership());
        Rsm { shared }
    }

    /// **Lab 3A.** Puts a command into the log, waits until it has been applied here, and returns its output.
    ///
    /// Waits no longer than this server is the leader of the term in which it has started the command. A leader that is cut off
    /// from the others does not know that it leads nobody, and keeps us waiting until it hears of them again.
    ///
    /// # Errors
    /// [`NotLeader`]: nobody here can say whether the command was or will be applied.
    pub async fn submit(&self, command: S::Command) -> Result<S::Output, NotLeader> {
        // Most servers are not the leader: they need not encode the command to find out.
        if !self.shared.raft.get_state().1 {
            return Err(NotLeader);
        }
        let (id, bytes) = self.shared.entry(Some(command));
        let answer = {
            // Under this lock, so that the applier cannot come to the index before we wait for it.
            let mut waiting = self.shared.waiting();
            let (index, term, is_leader) = self.shared.raft.start(bytes);
            if !is_leader {
                return Err(NotLeader);
            }
            waiting.wait(index, term, id)
        };
        answer.await.unwrap_or(Err(NotLeader))
    }

    /// Looks at the machine as it is here and now. On any server it may be out of date, on a leader too: answers to clients
    /// go through [`Rsm::submit`].
    pub fn inspect<T>(&self, look: impl FnOnce(&S) -> T) -> T {
        look(self.shared.replica().machine())
    }

    /// The same for reports: `None` if the machine is busy with something that does not end.
    pub fn try_inspect<T>(&self, look: impl FnOnce(&S) -> T) -> Option<T> {
        Some(look(self.shared.replica.try_lock().ok()?.machine()))
    }

    /// The Raft server below.
    pub fn raft(&self) -> &Raft {
        &self.shared.raft
    }

    /// The server has been given up: whoever waits is answered, and nothing is applied any more.
    pub fn kill(&self) {
        self.shared.killed.store(true, Ordering::Release);
        self.shared.raft.kill();
    }
}

impl<S: StateMachine> Shared<S> {
    fn entry(&self, command: Option<S::Command>) -> (EntryId, Vec<u8>) {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        let bytes = labgob::encode(&Entry { id, command }).expect("a command can be encoded");
        (id, bytes)
    }

    /// Reads the apply channel to its end. It never waits for anything else, or Raft and service could wait for each other.
    async fn apply_forever(self: Arc<Self>, receiver: ApplyReceiver) {
        while receiver.ready().await {
            while let Some(message) = receiver.try_take() {
                self.take(message);
            }
        }
        self.waiting().closed();
    }

    fn take(&self, message: raft::ApplyMsg) {
        match message {
            raft::ApplyMsg::Command { index, command } => self.take_command(index, &command),
            raft::ApplyMsg::Snapshot { index, snapshot, .. } => {
                self.replica().install(&snapshot);
                self.waiting().skipped(index);
            }
        }
    }

    /// **Lab 3A.** Carries out a committed entry, and answers who waits for it (the paper's §8). From Lab 3B on, Raft gets a
    /// snapshot when it is time for one (§7).
    fn take_command(&self, index: Index, bytes: &[u8]) {
        let Entry::<S::Command> { id, command } =
            labgob::decode(bytes).expect("only this service writes to this log");
        let mut replica = self.replica();
        let output = command.map(|command| replica.apply(command));
        let snapshot = replica.snapshot_after(bytes.len());
        drop(replica);
        match output {
            Some(output) => self.waiting().applied(index, id, output),
            None => self.waiting().skipped(index),
        }
        if let Some(snapshot) = snapshot {
            self.raft.snapshot(index, snapshot);
        }
    }

    /// **Lab 3A.** Follows the role of this server. Commands started in a term that is over are answered; and a new leader that has
    /// inherited entries it must not commit by themselves (§5.4.2) appends a no-op. Without it, their clients would wait
    /// until the next command, and if all clients wait, for ever.
    async fn follow_leadership(self: Arc<Self>) {
        let mut state = self.raft.watch_state();
        while !self.killed.load(Ordering::Acquire) {
            let (term, is_leader) = *state.borrow_and_update();
            self.waiting().lead_changed(term, is_leader);
            if is_leader && self.raft.needs_entry_of_own() {
                // If the leadership is gone again, the next leader does the same.
                self.raft.start(self.entry(None).1);
            }
            if state.changed().await.is_err() {
                return;
            }
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting<S::Output>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn replica(&self) -> MutexGuard<'_, Replica<S>> {
        self.replica.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
