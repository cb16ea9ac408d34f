//! The program from outside: started as a user starts it, judged by exit code, standard output, standard error and the
//! files it leaves.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(clippy::format_collect, reason = "fixtures are made once; short beats fast")]

mod project;

mod advisories;
mod ai;
mod audit;
mod baseline;
mod checks;
mod code;
mod commands;
mod compare;
mod config;
mod database;
mod dependencies;
mod determinism;
mod diff;
mod diff_hazards;
mod diff_policy;
mod dockerfile;
mod docs;
mod encodings;
mod errors;
mod fixes;
mod gates;
mod hostile;
mod hosts;
mod ignore;
mod import;
mod init;
mod interrupt;
mod kubernetes;
mod outputs;
mod packages;
mod redaction;
mod services;
mod snapshots;
mod staged;
mod suggestions;
mod suppression;
mod targets;
mod terraform;
mod tools;
mod tools_real;
mod workflows;
