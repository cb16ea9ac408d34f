//! Pure functions over findings, in one fixed sequence: overrides, suppression, merging, fingerprint, order. Nothing here
//! reads a file or asks for the time.
