//! What is asked, and in which order: the page with its redirects, the same page as another site would ask for it, the page
//! over http, what is not there, and then the files that should not be. Everything is asked through [`Web`].

use super::exposed::{COPIES, EXPOSED, FOLDERS, is_security_txt, is_source};
use super::problem::Problem;
use super::{content, cookie, header, rule, transport};
use crate::probe::Aim;
use crate::probe::answer::Answer;
use crate::probe::url::Url;
use crate::probe::web::{Method, Page, Web};
use jiff::civil::Date;

/// Redirects that are followed.
const MAX_STEPS: usize = 5;
/// A site that does not exist: whoever allows it allows everybody.
const STRANGER: &str = "https://securescan-probe.invalid";
/// A page that no site has.
const NOWHERE: &str = "/securescan-9c1f7be2d05a/nothing-here";
/// Failures in a row after which the server is left alone.
const MAX_FAILURES: usize = 4;

/// What a conversation came to.
#[derive(Debug, Default)]
pub(super) struct Talked {
    pub(super) problems: Vec<Problem>,
    pub(super) notices: Vec<String>,
}

/// Judges one page by itself.
pub(super) fn judge(page: &Page, today: Date) -> Vec<Problem> {
    let mut problems = Vec::new();
    let (url, answer) = (&page.url, &page.answer);
    let is_page = matches!(answer.status, 200..=299);
    if is_page || answer.status >= 400 {
        header::judge(url, answer, &mut problems);
        content::judge(url, answer, &mut problems);
    } else {
        header::strict_transport(url, answer, &mut problems);
    }
    header::disclosure(url, answer, &mut problems);
    cookie::judge(url, answer, &mut problems);
    if let Some(tls) = &page.tls {
        transport::judge(url, tls, today, &mut problems);
    } else if is_page {
        transport::unprotected(url, &mut problems);
    }
    problems
}

/// Talks to a server about a page.
pub(super) fn talk(web: &dyn Web, start: &Url, aim: &Aim<'_>) -> Result<Talked, String> {
    let mut talked = Talked::default();
    let page = match arrive(web, start, &mut talked) {
        Ok(page) => page,
        Err(why) => {
            // A server that speaks nothing newer than what is given up cannot be asked for pages.
            let old = if start.is_secure { web.old_versions(start) } else { Vec::new() };
            if old.is_empty() {
                return Err(why);
            }
            transport::old(start, &old, &mut talked.problems);
            talked.notices.push(format!("{}: nothing else was looked at: {why}", start.shown()));
            return Ok(talked);
        }
    };
    let url = page.url.clone();
    talked.problems.extend(judge(&page, aim.today));
    if page.answer.is_cut {
        talked.notices.push(format!("{}: only the first part of the page was read", url.shown()));
    }
    // A stranger's request may be answered in another way; that it fails says nothing.
    if let Ok(other) = web.ask(Method::Get, &url, Some(STRANGER)) {
        header::cross_origin(&url, &other.answer, STRANGER, &mut talked.problems);
    }
    if url.is_secure {
        transport::old(&url, &web.old_versions(&url), &mut talked.problems);
        plain(web, &url, &mut talked);
    }
    exposures(web, &url, aim, &mut talked);
    talked
        .problems
        .sort_by(|a, b| (a.rule.id, &a.url, &a.subject).cmp(&(b.rule.id, &b.url, &b.subject)));
    talked
        .problems
        .dedup_by(|a, b| (a.rule.id, &a.url, &a.subject) == (b.rule.id, &b.url, &b.subject));
    Ok(talked)
}

/// Follows redirects that stay on the host.
fn arrive(web: &dyn Web, start: &Url, talked: &mut Talked) -> Result<Page, String> {
    let mut page = web.ask(Method::Get, start, None)?;
    for _ in 0..MAX_STEPS {
        let Some(next) = redirect(&page) else { return Ok(page) };
        transport::step(&page.url, &next, &mut talked.problems);
        if next.host != page.url.host {
            return Ok(page);
        }
        cookie::judge(&page.url, &page.answer, &mut talked.problems);
        page = web.ask(Method::Get, &next, None)?;
    }
    talked.notices.push(format!("{}: more than {MAX_STEPS} redirects", start.shown()));
    Ok(page)
}

fn redirect(page: &Page) -> Option<Url> {
    if !matches!(page.answer.status, 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    page.url.join(page.answer.header("location")?).ok()
}

/// Whether the same host, asked over http, leads to https.
fn plain(web: &dyn Web, url: &Url, talked: &mut Talked) {
    if url.port != 443 {
        return;
    }
    let plain = Url { is_secure: false, port: 80, query: None, ..url.clone() };
    // Nobody listens there: all the better.
    let Ok(page) = web.ask(Method::Head, &plain, None) else { return };
    let leads = redirect(&page).is_some_and(|next| next.is_secure);
    if !leads && matches!(page.answer.status, 200..=299) {
        transport::unprotected(&plain, &mut talked.problems);
    }
}

fn text(answer: &Answer) -> String {
    String::from_utf8_lossy(&answer.body).into_owned()
}

/// Asks for what should not be there.
fn exposures(web: &dyn Web, url: &Url, aim: &Aim<'_>, talked: &mut Talked) {
    let nowhere = web.ask(Method::Get, &url.at(NOWHERE), None);
    let mut failures = 0;
    let usual = if let Ok(page) = &nowhere {
        content::judge(&page.url, &page.answer, &mut talked.problems);
        // What a page that is not there loads is told by the pages that are.
        talked.problems.retain(|problem| {
            let is_loaded =
                [rule::MIXED_CONTENT.id, rule::MISSING_INTEGRITY.id].contains(&problem.rule.id);
            !(is_loaded && problem.url == page.url.shown())
        });
        if page.answer.status == 200 { Some(text(&page.answer)) } else { None }
    } else {
        failures += 1;
        None
    };
    let copies =
        COPIES.iter().filter(|_| has_source(&url.path)).map(|end| format!("{}{end}", url.path));
    let sources = copies.map(|path| (path, &rule::EXPOSED_BACKUP, is_source as fn(&str) -> bool));
    let known = EXPOSED.iter().map(|one| (one.path.to_owned(), one.rule, one.is));
    let listings = FOLDERS.iter().map(|path| {
        ((*path).to_owned(), &rule::DIRECTORY_LISTING, content::is_listing as fn(&str) -> bool)
    });
    let contact = std::iter::once((
        "/.well-known/security.txt".to_owned(),
        &rule::MISSING_SECURITY_TXT,
        is_security_txt as fn(&str) -> bool,
    ));
    let (mut asked, mut unasked) = (0_usize, 0_usize);
    for (path, rule, is) in known.chain(sources).chain(listings).chain(contact) {
        if (aim.cancelled)() {
            return;
        }
        if failures >= MAX_FAILURES {
            unasked += 1;
            continue;
        }
        let there = url.at(&path);
        let Ok(page) = web.ask(Method::Get, &there, None) else {
            failures += 1;
            unasked += 1;
            continue;
        };
        failures = 0;
        asked += 1;
        let body = text(&page.answer);
        let found = page.answer.status == 200 && usual.as_ref() != Some(&body) && is(&body);
        if rule.id == rule::MISSING_SECURITY_TXT.id {
            if !found {
                let what = "`/.well-known/security.txt` has no contact.";
                talked.problems.push(Problem::new(rule, &url.at("/"), "", what));
            }
        } else if found {
            let what = "It is answered with what it is known by.";
            talked.problems.push(Problem::new(rule, &there, &path, what));
        }
    }
    let unanswered =
        if unasked > 0 { format!(", {unasked} without an answer") } else { String::new() };
    talked.notices.push(format!("{}: {asked} paths asked for{unanswered}", url.origin()));
}

/// Whether a copy of the page would show source that the server runs.
fn has_source(path: &str) -> bool {
    [".php", ".asp", ".aspx", ".jsp", ".cgi", ".pl"].iter().any(|end| path.ends_with(end))
}
