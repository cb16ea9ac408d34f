//! The program from outside: started as a user starts it, judged by exit code, standard output, standard error and the
//! files it leaves.

mod project;

mod commands;
mod config;
mod determinism;
mod docs;
mod encodings;
mod errors;
mod gates;
mod hostile;
mod ignore;
mod interrupt;
mod outputs;
mod redaction;
mod suppression;
mod targets;
