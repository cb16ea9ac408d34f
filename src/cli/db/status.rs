//! `securescan db status`: which database is used, what it was made from and how old it is.

use super::super::failure::{Failure, code};
use super::super::status::Form;
use super::super::{Io, advisories};
use crate::engine::osv::db::{Database, Header};
use crate::text::escape;
use serde::Serialize;
use std::path::PathBuf;

/// Arguments of `db status`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Database to show, instead of the one that scans use.
    #[arg(long, value_name = "FILE")]
    pub db: Option<PathBuf>,

    /// How to print it.
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub output: Form,

    /// Read all of it and check every part.
    #[arg(long)]
    pub verify: bool,
}

#[derive(Serialize)]
struct Status<'a> {
    place: String,
    digest: &'a str,
    newest: Option<String>,
    #[serde(flatten)]
    header: &'a Header,
}

/// Runs it.
pub(super) fn run(args: &Args, io: &mut Io<'_>) -> Result<u8, Failure> {
    let Some(place) = advisories::place(args.db.as_deref(), io.env) else {
        if args.output == Form::Json {
            writeln!(io.out, "{{\n  \"place\": null\n}}")?;
        } else {
            writeln!(
                io.out,
                "no advisory database\n\n\
                 `securescan db update` gets one, `securescan db import FILE` takes one from a file,\n\
                 `securescan db build SOURCE... -o FILE` makes one."
            )?;
        }
        return Ok(code::OK);
    };
    let database = advisories::open(&place).map_err(|error| {
        Failure::input(error)
            .hint("`securescan db update` or `securescan db import FILE` replaces it")
    })?;
    if args.verify {
        database.verify().map_err(Failure::input)?;
    }
    let status = Status {
        place: place.to_string(),
        digest: database.digest(),
        newest: database.newest_day().map(|day| day.to_string()),
        header: database.header(),
    };
    if args.output == Form::Json {
        let text = serde_json::to_string_pretty(&status)?;
        writeln!(io.out, "{}", escape::json(&text))?;
    } else {
        text(&status, &database, args.verify, io)?;
    }
    Ok(code::OK)
}

fn text(
    status: &Status<'_>,
    database: &Database,
    verified: bool,
    io: &mut Io<'_>,
) -> Result<(), Failure> {
    let header = status.header;
    let day = |seconds: i64| match (seconds, jiff::Timestamp::from_second(seconds)) {
        (0, _) | (_, Err(_)) => "unknown".to_owned(),
        (_, Ok(moment)) => moment.strftime("%Y-%m-%d").to_string(),
    };
    writeln!(io.out, "{}", escape::terminal(&status.place))?;
    let digest = status.digest;
    writeln!(io.out, "  advisories  {} ({} after merging)", header.advisories, header.groups)?;
    writeln!(io.out, "  newest      {}", status.newest.as_deref().unwrap_or("unknown"))?;
    writeln!(
        io.out,
        "  built       {} by {}",
        day(header.built),
        escape::terminal(&header.generator)
    )?;
    writeln!(io.out, "  size        {}", crate::report::phrase::bytes(database.size()))?;
    writeln!(io.out, "  digest      {digest}{}", if verified { " (checked)" } else { "" })?;
    if !header.epss.is_empty() {
        writeln!(io.out, "  EPSS        {}", escape::terminal(&header.epss))?;
    }
    if !header.kev.is_empty() {
        writeln!(io.out, "  CISA KEV    {}", escape::terminal(&header.kev))?;
    }
    let mut rows = vec![["Ecosystem", "Packages", "Entries", "Newest"].map(str::to_owned)];
    for one in &header.ecosystems {
        let counts = [one.packages.to_string(), one.rows.to_string()];
        let [packages, entries] = counts;
        rows.push([escape::terminal(&one.name), packages, entries, day(one.newest)]);
    }
    table(&rows, io)?;
    let mut rows = vec![["Source", "Licence", "Advisories", "Newest"].map(str::to_owned)];
    for one in &header.sources {
        let name = match one.revision.as_str() {
            "" => one.name.clone(),
            revision => format!("{} ({revision})", one.name),
        };
        let (name, licence) = (escape::terminal(&name), escape::terminal(&one.licence));
        rows.push([name, licence, one.advisories.to_string(), day(one.newest)]);
    }
    table(&rows, io)
}

/// Aligned columns with a blank line before them.
fn table(rows: &[[String; 4]], io: &mut Io<'_>) -> Result<(), Failure> {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let widths: Vec<usize> = (0..4).map(|column| width(column).unwrap_or(0)).collect();
    writeln!(io.out)?;
    for row in rows {
        let mut line = String::from(" ");
        for (cell, width) in row.iter().zip(&widths) {
            line.push_str(&format!(" {cell:width$} "));
        }
        writeln!(io.out, "{}", line.trim_end())?;
    }
    Ok(())
}
