//! Asks a language model, when somebody wants that, and says on standard error what came of it.

use super::output::Output;
use super::{Io, post};
use crate::enrich::{self, Service};
use crate::finding::Run;
use crate::http::base::{Base, Token};
use crate::text::escape;

/// Who is asked when a key for it is there and no address.
const GROQ: &str = "https://api.groq.com/openai/v1";
/// The model asked for there.
const GROQ_MODEL: &str = "llama-3.3-70b-versatile";

/// Formats that show what a model said.
const SHOWN_IN: &[&str] = &["text", "html"];

/// Explains the findings of a run if the settings say so. Whatever goes wrong is told and changes nothing else.
pub(super) fn explain(
    run: &mut Run,
    wanted: Option<bool>,
    outputs: &[Output],
    io: &mut Io<'_>,
) -> std::io::Result<()> {
    if wanted != Some(true) {
        return Ok(());
    }
    let is_shown = |output: &Output| SHOWN_IN.contains(&output.format.name);
    if !outputs.iter().any(is_shown) {
        let formats = SHOWN_IN.join(" and ");
        return writeln!(
            io.err,
            "securescan: ai: nothing was sent: answers are shown in {formats} only"
        );
    }
    let said = match service(io) {
        Err(why) => format!("ai: nothing was sent: {why}"),
        Ok(service) => {
            let outcome = enrich::enrich(run, &service);
            let (explained, wanted) = (outcome.explained, outcome.wanted);
            let why = outcome.failure.map(|why| format!("; {why}")).unwrap_or_default();
            format!(
                "ai: {explained} of {wanted} findings of severity high and critical explained{why}"
            )
        }
    };
    writeln!(io.err, "securescan: {}", escape::terminal(&said))
}

/// Where the model is, by the environment.
fn service(io: &Io<'_>) -> Result<Service, String> {
    const KEY: &str = "SECURESCAN_AI_KEY";
    const GROQ_KEYS: &[&str] = &["SECURESCAN_GROQ_API_KEY", "GROQ_API_KEY"];
    let url = io.env.text("SECURESCAN_AI_URL");
    // A key of Groq's is for Groq alone, and one of somebody else never for Groq: an address that was forgotten sends nothing.
    let usable = if url.is_some() { &[KEY] } else { GROQ_KEYS };
    let key = match usable.iter().find_map(|name| Some((name, io.env.text(name)?))) {
        None => None,
        Some((name, text)) => {
            Some(Token::new(&text).ok_or_else(|| format!("{name} cannot be a key"))?)
        }
    };
    if url.is_none() && key.is_none() {
        return Err(format!(
            "set SECURESCAN_AI_URL to the address of a service, or {} for Groq",
            GROQ_KEYS.join(" or ")
        ));
    }
    let base: Base = url
        .as_deref()
        .unwrap_or(GROQ)
        .parse()
        .map_err(|error: crate::http::base::BadBase| error.to_string())?;
    let model = io.env.text("SECURESCAN_AI_MODEL");
    let model = match (model, url) {
        (Some(model), _) => model,
        (None, None) => GROQ_MODEL.to_owned(),
        (None, Some(_)) => {
            return Err("set SECURESCAN_AI_MODEL to the name of the model".to_owned());
        }
    };
    Ok(Service { base, key, model, route: post::route(io) })
}
