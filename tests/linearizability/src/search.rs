//! The search for an order in one part: Wing and Gong's, with Lowe's cache, as a loop that can be paused anywhere.
//!
//! The cursor walks over the calls at the head of the list. All of them were called before the first return that is left, so each
//! may come next. Where the model agrees and the configuration is new, the operation is placed and the walk begins anew at the
//! head. Where the cursor meets a return, an operation that has returned was not placed, and no
//! extension of the present order can mend that: the last placed operation is taken back, and the walk goes on behind it.
//!
//! Before each walk, reads that fit are placed at once, and for good: what can follow with the read placed later can follow with
//! the read placed now, since it changes nothing. Without this rule each open read would double the search.
use super::bitset::Bitset;
use super::cache::{Cache, ConfigId, ROOT};
use super::history::Operation;
use super::list::{Event, List, Node};
use super::model::Model;
use super::report::{PartReport, Verdict};

/// How many maximal partial orders a report keeps. A page cannot show more, and each is as long as the history.
pub const LINEARIZATIONS_MAX: usize = 64;

/// An operation that is placed, in the order of placing.
struct Frame {
    operation: u32,
    config: ConfigId,
    /// The longest order recorded while this frame was in place. Never less than that of a frame above.
    recorded: usize,
    /// A read that fitted: nothing else needs to be tried in its place.
    is_final: bool,
}

/// A partial order on record: its length, and the configuration it leads to.
type Prefix = (usize, ConfigId);

/// One part's search.
pub struct Search<'a, M: Model> {
    model: &'a M,
    key: Option<String>,
    indices: Vec<usize>,
    operations: Vec<&'a Operation<M::Input, M::Output>>,
    list: List,
    placed: Bitset,
    cache: Cache<M::State>,
    stack: Vec<Frame>,
    cursor: Node,
    /// Whether the walk is over the reads, before the one over everything.
    reads_first: bool,
    /// Operations that returned and are not placed. Pending ones need not be: they may never have happened.
    owed: usize,
    /// For every operation the longest order that contains it.
    longest: Vec<Option<Prefix>>,
    /// The latest return that stopped the search, and the longest order it stopped.
    furthest: (Node, Prefix),
    verdict: Option<Verdict>,
}

impl<'a, M: Model> Search<'a, M> {
    /// Gets ready to search the part of `history` that consists of these indices.
    pub fn new(
        model: &'a M,
        history: &'a [Operation<M::Input, M::Output>],
        key: Option<String>,
        mut indices: Vec<usize>,
    ) -> Self {
        // By call, so that the placed operations are nearly a prefix of the numbers (see `bitset`).
        indices.sort_by_key(|&index| (history[index].call, index));
        let operations: Vec<_> = indices.iter().map(|&index| &history[index]).collect();
        let intervals: Vec<_> = operations.iter().map(|operation| (operation.call, operation.ret)).collect();
        let list = List::new(&intervals);
        let placed = Bitset::new(operations.len());
        let owed = operations.iter().filter(|operation| !operation.is_pending()).count();
        Self {
            cache: Cache::new(&placed, model.init()),
            cursor: list.head(),
            reads_first: true,
            longest: vec![None; operations.len()],
            furthest: (0, (0, ROOT)),
            verdict: (owed == 0).then_some(Verdict::Ok),
            stack: Vec::new(),
            model,
            key,
            indices,
            operations,
            list,
            placed,
            owed,
        }
    }

    /// The verdict, once there is one.
    pub fn verdict(&self) -> Option<Verdict> {
        self.verdict
    }

    /// Explored states so far.
    pub fn explored(&self) -> u64 {
        self.cache.explored()
    }

    /// Goes on for at most `moves` moves of the cursor, or until more than `states_max` states are explored.
    pub fn advance(&mut self, moves: u64, states_max: u64) {
        for _ in 0..moves {
            if self.verdict.is_some() || self.explored() > states_max {
                return;
            }
            match self.list.event(self.cursor) {
                Event::Call(operation) if self.reads_first && !self.only_reads(operation) => self.skip(),
                Event::Call(operation) => self.try_to_place(operation),
                Event::Return(_) if self.reads_first => self.walk(false),
                Event::Return(_) => self.backtrack(),
                Event::End => unreachable!("an unplaced operation's return is still in the list"),
            }
        }
    }

    fn config(&self) -> ConfigId {
        self.stack.last().map_or(ROOT, |frame| frame.config)
    }

    fn only_reads(&self, operation: u32) -> bool {
        self.model.only_reads(&self.operations[operation as usize].input)
    }

    fn skip(&mut self) {
        self.cursor = self.list.after(self.cursor);
    }

    /// Begins at the head again.
    fn walk(&mut self, reads_first: bool) {
        self.cursor = self.list.head();
        self.reads_first = reads_first;
    }

    fn try_to_place(&mut self, operation: u32) {
        let parent = self.config();
        let Operation { input, output, .. } = self.operations[operation as usize];
        if let Some(state) = self.model.step(self.cache.state(parent), input, output) {
            self.placed.set(operation as usize);
            if let Some(config) = self.cache.insert(&self.placed, state, parent, operation) {
                self.place(operation, config);
                return;
            }
            self.placed.clear(operation as usize);
        }
        self.skip();
    }

    fn place(&mut self, operation: u32, config: ConfigId) {
        self.stack.push(Frame { operation, config, recorded: 0, is_final: self.reads_first });
        self.list.lift(operation);
        self.walk(true);
        self.owed -= usize::from(!self.operations[operation as usize].is_pending());
        if self.owed == 0 {
            self.verdict = Some(Verdict::Ok);
        }
    }

    fn backtrack(&mut self) {
        self.record();
        while let Some(Frame { operation, is_final, .. }) = self.stack.pop() {
            self.placed.clear(operation as usize);
            self.list.unlift(operation);
            self.owed += usize::from(!self.operations[operation as usize].is_pending());
            if !is_final {
                self.cursor = self.list.after(self.list.call_of(operation));
                return;
            }
        }
        self.verdict = Some(Verdict::Illegal);
    }

    /// Keeps the present order if it is the longest so far for one of its operations, or the one that got furthest.
    fn record(&mut self) {
        let prefix = (self.stack.len(), self.config());
        if (self.cursor, prefix.0) > (self.furthest.0, self.furthest.1.0) {
            self.furthest = (self.cursor, prefix);
        }
        for frame in self.stack.iter_mut().rev() {
            // The frames below were part of that longer order too. Without this stop, every step back would cost the whole stack.
            if frame.recorded >= prefix.0 {
                break;
            }
            frame.recorded = prefix.0;
            let longest = &mut self.longest[frame.operation as usize];
            if longest.is_none_or(|(length, _)| length < prefix.0) {
                *longest = Some(prefix);
            }
        }
    }

    /// What was found. A search without a verdict reports Unknown.
    pub fn into_report(self) -> PartReport {
        let verdict = self.verdict.unwrap_or(Verdict::Unknown);
        let best = match verdict {
            Verdict::Ok => self.config(),
            Verdict::Illegal | Verdict::Unknown => self.furthest.1.1,
        };
        let best = self.order(best);
        let linearizations = match verdict {
            Verdict::Ok => vec![best.clone()],
            Verdict::Illegal | Verdict::Unknown => self.maximal_orders(),
        };
        let first_bad = match (verdict, self.list.event(self.furthest.0)) {
            (Verdict::Illegal, Event::Return(operation)) => Some(self.indices[operation as usize]),
            _ => None,
        };
        PartReport {
            states_explored: self.explored(),
            key: self.key,
            operations: self.indices,
            verdict,
            best,
            linearizations,
            first_bad,
        }
    }

    fn maximal_orders(&self) -> Vec<Vec<usize>> {
        let mut prefixes: Vec<Prefix> = self.longest.iter().flatten().copied().collect();
        prefixes.sort_by_key(|&(length, config)| (std::cmp::Reverse(length), config));
        prefixes.dedup();
        prefixes.truncate(LINEARIZATIONS_MAX);
        let mut orders: Vec<_> = prefixes.iter().map(|&(_, config)| self.order(config)).collect();
        orders.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        orders
    }

    fn order(&self, config: ConfigId) -> Vec<usize> {
        self.cache.path(config).into_iter().map(|operation| self.indices[operation as usize]).collect()
    }
}
