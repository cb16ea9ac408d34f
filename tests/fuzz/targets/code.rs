#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| securescan_fuzz::invariants::code(data));
