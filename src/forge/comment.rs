//! The summary comment: exactly one per lane on a pull request, ours, with the text of the latest push.

use super::github::{Entry, GitHub};
use super::marker::{self, Lane, Seal};
use super::{Done, Error, MAX_BODY, body};

/// Stands below a text that was too long.
const CUT: &str = "_Cut here: the rest does not fit a comment. The log of the job has all of it._";
/// Stands below a text that took the place of an edited one.
const REPLACED: &str = "_An edit made by hand was replaced; it is in this comment's edit history._";
/// Rounds of looking again after something was created; each needs another run that does the same at the same time.
const MAX_ROUNDS: usize = 8;

/// Creates or updates our comment; `text` begins with the lane's marker.
pub fn post(host: &mut GitHub, lane: Lane, text: &str) -> Result<Done, Error> {
    let room = MAX_BODY - marker::SEAL_BYTES - REPLACED.len() - 2;
    let text = body::cut(&marker::normal(text), room, CUT, "");
    let mut done = Done::default();
    let mut made = None;
    host.client().budget().repeat(|| {
        for _ in 0..MAX_ROUNDS {
            if !pass(host, lane, &text, &mut made, &mut done)? {
                break;
            }
        }
        Ok(())
    })?;
    if done.lines.is_empty() {
        done.lines.push("the summary comment is up to date".to_owned());
    }
    Ok(done)
}

/// One look and what follows from it; true when a comment was created, so that another look is due: a second run may have
/// done the same.
fn pass(
    host: &mut GitHub,
    lane: Lane,
    text: &str,
    made: &mut Option<Entry>,
    done: &mut Done,
) -> Result<bool, Error> {
    let me = host.me()?;
    let mut all = host.comments()?;
    // A host with several copies of its data may list a moment ago. What we just wrote is there.
    if let Some(entry) = made.as_ref().filter(|entry| all.iter().all(|other| other.id != entry.id))
    {
        all.push(entry.clone());
    }
    let is_ours = |entry: &&Entry| entry.is_by(&me) && Lane::of_comment(entry.text()) == Some(lane);
    let mut ours = all.iter().filter(is_ours);
    let Some(oldest) = ours.next() else {
        let entry = made.insert(host.create_comment(&marker::sealed(text))?);
        done.lines.push(format!("summary comment created{}", at(entry)));
        if host.learn(entry) {
            done.lines.push(format!("the token writes as {}", host.me()?));
        }
        return Ok(true);
    };
    let edited = marker::seal(oldest.text()) == Seal::Broken;
    let plain = marker::sealed(text);
    let noted = marker::sealed(&format!("{text}\n\n{REPLACED}"));
    let found = marker::normal(oldest.text());
    // A note from last time stays until there is something new to say.
    if found != plain && found != noted {
        let entry = host.edit_comment(oldest.id, if edited { &noted } else { &plain })?;
        done.lines.push(format!("summary comment updated{}", at(&entry)));
        if edited {
            done.lines.push(
                "the summary comment had been edited by hand; the edit is in its history"
                    .to_owned(),
            );
        }
    }
    for younger in ours {
        host.delete_comment(younger.id)?;
        done.lines.push("a second summary comment was removed".to_owned());
    }
    Ok(false)
}

fn at(entry: &Entry) -> String {
    entry.html_url.as_deref().map(|url| format!(": {url}")).unwrap_or_default()
}
