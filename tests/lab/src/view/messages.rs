//! Messages: the events of one call, put together.

use std::collections::HashMap;

use protocol::trace::read::Event;
use serde::Serialize;

use super::{lanes::Lanes, strings::Strings};

/// No such event, or nobody.
const NONE: i64 = -1;

/// One entry per message in every column; events are given by their place in the order of time.
#[derive(Default, Serialize)]
pub(super) struct Messages {
    pub(super) send: Vec<i64>,
    pub(super) deliver: Vec<i64>,
    pub(super) reply: Vec<i64>,
    pub(super) back: Vec<i64>,
    pub(super) lost: Vec<i64>,
    pub(super) from: Vec<i64>,
    pub(super) to: Vec<i64>,
    pub(super) method: Vec<usize>,
    pub(super) bytes: Vec<u64>,
    /// Why it was lost.
    pub(super) why: Vec<usize>,
}

impl Messages {
    /// Calls whose `send` is missing (their line was broken) are left out: nobody knows between whom they went.
    pub(super) fn new<'a>(
        events: impl Iterator<Item = &'a Event>,
        lanes: &Lanes,
        strings: &mut Strings,
    ) -> Self {
        let (mut messages, mut places) = (Messages::default(), HashMap::new());
        for (at, event) in events.enumerate() {
            let Some(call) = event.number("call").filter(|_| event.topic() == "NET") else { continue };
            if event.name() == "send" {
                places.insert(call, messages.send.len());
                messages.push(at, event, lanes, strings);
            } else if let Some(&place) = places.get(&call) {
                messages.note(place, at, event, strings);
            }
        }
        messages
    }

    fn push(&mut self, at: usize, event: &Event, lanes: &Lanes, strings: &mut Strings) {
        let lane = |field| lanes.end(event.text(field)).map_or(NONE, number);
        self.send.push(number(at));
        self.from.push(lane("from"));
        self.to.push(lane("to"));
        self.method.push(strings.of(event.text("method").unwrap_or("")));
        self.bytes.push(event.number("bytes").unwrap_or(0));
        for column in [&mut self.deliver, &mut self.reply, &mut self.back, &mut self.lost] {
            column.push(NONE);
        }
        self.why.push(strings.of(""));
    }

    fn note(&mut self, place: usize, at: usize, event: &Event, strings: &mut Strings) {
        match event.name() {
            "deliver" | "deliver late" => self.deliver[place] = number(at),
            "reply" => self.reply[place] = number(at),
            "return" => self.back[place] = number(at),
            "drop" => {
                self.lost[place] = number(at);
                self.why[place] = strings.of(event.text("why").unwrap_or("no reason given"));
            }
            _ => {}
        }
    }
}

fn number(place: usize) -> i64 {
    i64::try_from(place).expect("fewer events than that")
}
