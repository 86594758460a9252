//! What a student writes: an [`Application`], that is a map function and a reduce function.

use crate::Values;

/// Where a map function puts its pairs: `emit(key, value)`.
pub type Emit<'e> = dyn FnMut(&str, &str) + 'e;

/// Merges a value that came so many times into those of the same key that came before: `combine(so_far, value, times)`.
pub type Combiner = fn(&mut String, &str, u64);

/// Where a large input file may be cut into several map tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Border {
    /// Nowhere: the map function wants to see whole files.
    Whole,
    /// Behind any ASCII white space.
    Space,
    /// Behind a line break.
    Line,
}

/// A MapReduce application. Both functions must depend on nothing but their arguments: a task may be done twice, by
/// two workers at once, and either result is taken.
///
/// ```
/// use mapreduce::{Application, Emit, Values};
///
/// struct LineLengths;
///
/// impl Application for LineLengths {
///     fn map(&self, _file: &str, contents: &[u8], emit: &mut Emit<'_>) {
///         for line in contents.split(|byte| *byte == b'\n') {
///             emit(&line.len().to_string(), "1");
///         }
///     }
///     fn reduce(&self, _length: &str, ones: &Values) -> String {
///         ones.len().to_string()
///     }
/// }
/// ```
pub trait Application: Send + Sync {
    /// Emits pairs for one input file. `file` is its name as the coordinator was given it.
    fn map(&self, file: &str, contents: &[u8], emit: &mut Emit<'_>);

    /// Makes one result of all values of `key`, which come in no particular order.
    fn reduce(&self, key: &str, values: &Values) -> String;

    /// How values of one key may be merged before they are written, if at all (§4.3 of the paper). The reduce function
    /// then gets merged values beside unmerged ones, and must make the same of them.
    fn combiner(&self) -> Option<Combiner> {
        None
    }

    /// Where `--split-bytes` may cut an input file.
    fn border(&self) -> Border {
        Border::Whole
    }
}

/// An application made of any two `Fn`s.
///
/// ```
/// let sizes = mapreduce::Functions {
///     map: |file: &str, contents: &[u8], emit: &mut mapreduce::Emit<'_>| emit(file, &contents.len().to_string()),
///     reduce: |_file: &str, sizes: &mapreduce::Values| sizes.iter().collect(),
/// };
/// # fn is_application(_: impl mapreduce::Application) {}
/// # is_application(sizes);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Functions<M, R> {
    /// The map function.
    pub map: M,
    /// The reduce function.
    pub reduce: R,
}

impl<M, R> Application for Functions<M, R>
where
    M: Fn(&str, &[u8], &mut Emit<'_>) + Send + Sync,
    R: Fn(&str, &Values) -> String + Send + Sync,
{
    fn map(&self, file: &str, contents: &[u8], emit: &mut Emit<'_>) {
        (self.map)(file, contents, emit);
    }

    fn reduce(&self, key: &str, values: &Values) -> String {
        (self.reduce)(key, values)
    }
}
