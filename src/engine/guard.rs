//! A defect in an engine as an outcome instead of the end of the program. Says where it happened and never what the panic
//! said: a failed slice of text quotes the text, and that may be a secret.

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
    static PLACE: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Runs `work`; a panic becomes a message with its place in our source code, and nothing is printed.
pub fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = take_hook();
        set_hook(Box::new(move |panic| {
            if !GUARDED.get() {
                return before(panic);
            }
            let place = panic.location().map(|at| format!("{}:{}", at.file(), at.line()));
            PLACE.set(place.unwrap_or_else(|| "an unknown place".to_owned()));
        }));
    });
    // One inside another leaves the outer one in force.
    let outer = GUARDED.replace(true);
    let result = catch_unwind(AssertUnwindSafe(work));
    GUARDED.set(outer);
    result.map_err(|_| format!("internal error at {}", short(&PLACE.take())))
}

/// The place without the folder of the machine it was built on.
fn short(place: &str) -> &str {
    let place = place.rsplit_once("/registry/src/").map_or(place, |(_, rest)| rest);
    place.rsplit_once("/library/").map_or(place, |(_, rest)| rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_told_by_its_place_and_not_by_its_text() {
        let text = String::from("pässword");
        let message = guarded(|| text[..2].len()).unwrap_err();
        assert!(message.starts_with("internal error at "), "{message}");
        assert!(message.contains(".rs:") && !message.contains("ssword"), "{message}");
        assert_eq!(guarded(|| 7), Ok(7));
    }
}
