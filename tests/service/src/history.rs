//! What the clients did and saw, and whether that was linearizable.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use linearizability::{
    Annotation, AnnotationKind, Budget, Model, Operation, Stamps, Verdict, check,
    kv::{Input, KvModel, Op},
    write_html,
};
use protocol::FailureKind;
use simulator::Sim;

/// The operations of a history that is still being made.
type Operations<M> = Vec<Operation<<M as Model>::Input, <M as Model>::Output>>;

/// The completed operations of one test, on what this model describes. Clones are the same log.
pub struct Log<M: Model = KvModel> {
    model: Arc<M>,
    stamps: Stamps,
    operations: Arc<Mutex<Operations<M>>>,
    annotations: Arc<Mutex<Vec<Annotation>>>,
}

impl<M: Model> Clone for Log<M> {
    fn clone(&self) -> Self {
        let (model, stamps) = (self.model.clone(), self.stamps.clone());
        Log { model, stamps, operations: self.operations.clone(), annotations: self.annotations.clone() }
    }
}

impl Default for Log {
    fn default() -> Self {
        Log {
            model: Arc::default(),
            stamps: Stamps::default(),
            operations: Arc::default(),
            annotations: Arc::default(),
        }
    }
}

impl Log {
    /// Writes down an operation that has just returned. `texts`: key, value, output.
    pub fn add(&self, client: usize, call: u64, op: Op, texts: [&str; 3]) {
        let [key, value, output] = texts.map(str::to_owned);
        self.write_down(client, call, Input { op, key, value }, output);
    }

    /// An empty log of operations on something else, with the same notes about the servers. For machines that are no map.
    pub fn beside<M: Model>(&self, model: M) -> Log<M> {
        let (stamps, annotations) = (self.stamps.clone(), self.annotations.clone());
        Log { model: Arc::new(model), stamps, operations: Arc::default(), annotations }
    }
}

impl<M: Model> Log<M> {
    /// The next moment. No two are equal: ties would count as concurrent, and hide violations.
    pub fn stamp(&self) -> u64 {
        self.stamps.next()
    }

    /// Writes down an operation that has just returned. `call` is the moment when it was called.
    pub fn write_down(&self, client: usize, call: u64, input: M::Input, output: M::Output) {
        let ret = self.stamp();
        let operation = Operation { client, input, output, call, ret };
        self.operations.lock().unwrap_or_else(PoisonError::into_inner).push(operation);
    }

    /// Writes down what happened to the servers, for the page that explains a broken history.
    pub fn note(&self, kind: AnnotationKind, text: String) {
        let at = self.stamp();
        self.annotations().push(Annotation { at, until: None, text, kind });
    }

    /// The network is mended, or split another way: the last partition ends.
    pub fn end_partition(&self) {
        let at = self.stamp();
        let is_open = |note: &&mut Annotation| note.kind == AnnotationKind::Partition && note.until.is_none();
        if let Some(partition) = self.annotations().iter_mut().rfind(is_open) {
            partition.until = Some(at);
        }
    }

    fn annotations(&self) -> MutexGuard<'_, Vec<Annotation>> {
        self.annotations.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Fails the run unless the history is linearizable. A check that cannot be finished is the bench's failure, not a pass.
    #[track_caller]
    pub fn must_be_linearizable(&self, sim: &Sim, title: &str) {
        let operations = self.operations.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let report = check(&*self.model, &operations, &Budget::default());
        match report.verdict {
            Verdict::Ok => {}
            Verdict::Illegal => {
                let path = PathBuf::from("target/lab").join(format!("{}.html", sim.run_name()));
                let written = std::fs::create_dir_all("target/lab").and_then(|()| {
                    write_html(&path, &*self.model, &operations, &report, &self.annotations(), title)
                });
                match written {
                    Ok(()) => println!("info: wrote history visualization to {}", path.display()),
                    Err(error) => println!("info: failed to write history visualization: {error}"),
                }
                sim.fail("history is not linearizable");
            }
            Verdict::Unknown => {
                let message = format!("linearizability of {} operations is unknown", operations.len());
                sim.fail_at(FailureKind::Harness, message, std::panic::Location::caller());
            }
        }
    }
}
