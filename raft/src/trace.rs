//! Events for the log viewer: what happened, where, in which term and role. The recorder adds the time.

/// Records one event of a [`Core`](crate::state::Core). Costs one load while nobody listens.
macro_rules! trace {
    ($core:expr, $topic:literal, $($rest:tt)+) => {
        tracing::trace!(
            target: "raft",
            topic = $topic,
            server = &*$core.name,
            life = $core.life,
            term = $core.current_term,
            role = $core.role.name(),
            voted_for = $core.voted_for,
            commit = $core.commit_index,
            log = %$core.log.tail(),
            $($rest)+
        )
    };
}

pub(crate) use trace;
