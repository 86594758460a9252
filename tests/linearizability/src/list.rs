//! The calls and returns still in play, in time order: a doubly linked list with O(1) removal and O(1) undoing of it.
//!
//! An unlinked node keeps its own two pointers, so undoing removals in reverse order needs nothing but them (Knuth's
//! *dancing links*).

/// A position in the list.
pub type Node = u32;

/// What a node stands for; the number is the operation's, counted by call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The operation was called.
    Call(u32),
    /// The operation returned.
    Return(u32),
    /// The end of the list.
    End,
}

/// Calls and returns of all operations not yet placed.
#[derive(Debug)]
pub struct List {
    events: Vec<Event>,
    next: Vec<Node>,
    previous: Vec<Node>,
    call: Vec<Node>,
    ret: Vec<Node>,
}

impl List {
    /// Lists the operations with these intervals, given in the order of their numbers. At equal times calls come first:
    /// intervals are closed, so that operations which touch are concurrent.
    pub fn new(intervals: &[(u64, u64)]) -> Self {
        let mut order: Vec<(u64, bool, u32)> = Vec::with_capacity(2 * intervals.len());
        for (number, &(call, ret)) in (0_u32..).zip(intervals) {
            assert!(call <= ret, "operation {number} returned at {ret}, before its call at {call}");
            order.push((call, false, number));
            order.push((ret, true, number));
        }
        order.sort_unstable();
        let end = order.len() as Node;
        let (mut call, mut ret) = (vec![0; intervals.len()], vec![0; intervals.len()]);
        let mut events = Vec::with_capacity(order.len() + 1);
        for (node, &(_, returned, number)) in (0..).zip(&order) {
            let (nodes, event) =
                if returned { (&mut ret, Event::Return(number)) } else { (&mut call, Event::Call(number)) };
            nodes[number as usize] = node;
            events.push(event);
        }
        events.push(Event::End);
        // The end node closes the ring: after it comes the head, before the head it.
        let next = (1..=end).chain([0]).collect();
        let previous = std::iter::once(end).chain(0..end).collect();
        Self { events, next, previous, call, ret }
    }

    /// The first node left; the end node if the list is empty.
    pub fn head(&self) -> Node {
        self.next[self.events.len() - 1]
    }

    /// The node after `node`.
    pub fn after(&self, node: Node) -> Node {
        self.next[node as usize]
    }

    /// What `node` stands for.
    pub fn event(&self, node: Node) -> Event {
        self.events[node as usize]
    }

    /// The node of an operation's call.
    pub fn call_of(&self, operation: u32) -> Node {
        self.call[operation as usize]
    }

    /// Takes an operation out: its call and its return.
    pub fn lift(&mut self, operation: u32) {
        self.unlink(self.call[operation as usize]);
        self.unlink(self.ret[operation as usize]);
    }

    /// Undoes [`lift`](Self::lift). Must be done in the reverse order of lifting.
    pub fn unlift(&mut self, operation: u32) {
        self.relink(self.ret[operation as usize]);
        self.relink(self.call[operation as usize]);
    }

    fn unlink(&mut self, node: Node) {
        let (previous, next) = (self.previous[node as usize], self.next[node as usize]);
        self.next[previous as usize] = next;
        self.previous[next as usize] = previous;
    }

    fn relink(&mut self, node: Node) {
        let (previous, next) = (self.previous[node as usize], self.next[node as usize]);
        self.next[previous as usize] = node;
        self.previous[next as usize] = node;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events(list: &List) -> Vec<Event> {
        let mut node = list.head();
        let mut found = Vec::new();
        while list.event(node) != Event::End {
            found.push(list.event(node));
            node = list.after(node);
        }
        found
    }

    /// Goal: calls come before returns of the same time, and undoing restores the list. Method: lift all in each order, undo.
    #[test]
    fn unlift_undoes_lift() {
        use Event::{Call, Return};
        let mut list = List::new(&[(0, 5), (5, 5), (5, 9)]);
        let whole = vec![Call(0), Call(1), Call(2), Return(0), Return(1), Return(2)];
        assert_eq!(events(&list), whole);
        for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            for operation in order {
                list.lift(operation);
            }
            assert_eq!(events(&list), []);
            for &operation in order.iter().rev() {
                list.unlift(operation);
            }
            assert_eq!(events(&list), whole, "after {order:?}");
        }
    }

    /// Goal: an interval turned round is an error of the recorder, and said so.
    #[test]
    #[should_panic(expected = "operation 1 returned at 3, before its call at 4")]
    fn a_return_before_its_call_is_refused() {
        List::new(&[(0, 5), (4, 3)]);
    }
}
