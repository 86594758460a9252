//! Goal: every sentence of Figure 2 and Figure 13 of the extended Raft paper has a test that bears its section.
//! Method: one pure server, addressed by its peers in plain method calls; no clock, no network, no storage.
//!
//! The server under test is always number 0 of five. Logs are written as the terms of their entries.

mod figure2 {
    mod append_entries;
    mod append_entries_leader;
    mod cast;
    mod install_snapshot;
    mod install_snapshot_leader;
    mod request_vote;
    mod rules_all_servers;
    mod rules_candidates;
    mod rules_followers;
    mod rules_leaders;
    mod rules_leaders_commit;
    mod state;
}
