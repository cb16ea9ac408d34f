//! `securescan sbom`: what the project is made of, as a document for others; and what is known against it, as VEX.

use super::args;
use super::failure::{Failure, code};
use super::{Io, output, scan};
use crate::engine::licenses::scanner::Known;
use crate::engine::osv::component::{Component, Listing, Note};
use crate::engine::osv::purl;
use crate::finding::{FailedFile, Finding, ScanType, key};
use crate::sbom::{self, Analysis, Document, Inventory, License, Vulnerability, vex};
use crate::scan::Packages;
use crate::target::git::Objects;
use crate::text::escape;
use anyhow::{Context as _, anyhow};
use clap::ValueEnum;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Arguments of `sbom`.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "one field per flag")]
#[command(after_help = "Examples:
  securescan sbom                                     CycloneDX 1.5 of the current directory
  securescan sbom --format spdx --output-file sbom.spdx.json
  securescan sbom --spec-version 1.6 --vulnerabilities
  securescan sbom --format openvex                    verdicts on known vulnerabilities, no list
  securescan scan --sbom FILE                         match a document that somebody else made

The same tree gives the same bytes. The document is dated by SOURCE_DATE_EPOCH, else by the commit
that is checked out.

Exit codes: 0 done, 2 usage, configuration or input error, 3 a file could not be read and
--fail-on incomplete was given, 130 interrupted.")]
pub struct Args {
    /// File or directory.
    #[arg(default_value = ".", value_name = "TARGET")]
    pub target: PathBuf,

    /// Kind of document.
    #[arg(short, long, value_name = "FORMAT", default_value = "cyclonedx")]
    pub format: Format,

    /// Version of the standard: 1.5 or 1.6 for CycloneDX, 2.3 for SPDX [default: 1.5, 2.3].
    #[arg(long, value_name = "VERSION", value_parser = ["1.5", "1.6", "2.3"])]
    pub spec_version: Option<String>,

    /// Add what the osv scanner finds (CycloneDX only).
    #[arg(long)]
    pub vulnerabilities: bool,

    /// File to write instead of standard output.
    #[arg(short, long, value_name = "FILE")]
    pub output_file: Option<PathBuf>,

    /// Name of the project [default: of the manifest at the root].
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,

    /// Version of the project [default: of the manifest at the root].
    #[arg(long, value_name = "VERSION")]
    pub project_version: Option<String>,

    /// Leave out paths that match this glob, relative to the repository root; may be repeated.
    #[arg(long, value_name = "GLOB", help_heading = "What to look at")]
    pub exclude: Vec<String>,

    /// Read no .gitignore and no .securescanignore, and enter dependency directories: what is installed there is listed.
    #[arg(long, help_heading = "What to look at")]
    pub no_ignore: bool,

    /// Enter hidden tool directories such as .venv.
    #[arg(long, help_heading = "What to look at")]
    pub hidden: bool,

    /// Exit 3 when a lockfile could not be read.
    #[arg(long, value_name = "EVENT", value_parser = ["incomplete"], help_heading = "Gates")]
    pub fail_on: Option<String>,

    /// No summary.
    #[arg(short, long)]
    pub quiet: bool,

    /// What dependencies are held against.
    #[command(flatten)]
    pub advisory: args::Advisory,

    /// Where settings come from.
    #[command(flatten)]
    pub settings: args::Settings,
}

/// Kinds of documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// CycloneDX, JSON.
    Cyclonedx,
    /// SPDX, JSON.
    Spdx,
    /// Verdicts on known vulnerabilities instead of a list of packages: OpenVEX 0.2.0.
    Openvex,
    /// The same as CycloneDX 1.6.
    CyclonedxVex,
}

/// What is to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Packages(Document),
    OpenVex,
    CycloneDxVex,
}

/// Runs it.
pub fn run(args: &Args, io: &mut Io<'_>) -> Result<u8, Failure> {
    let document = document(args)?;
    let is_list = matches!(document, Wanted::Packages(_));
    let mut wanted = scan::Args::of_target(&args.target);
    wanted.settings.clone_from(&args.settings);
    wanted.advisory.clone_from(&args.advisory);
    wanted.scanning.exclude.clone_from(&args.exclude);
    wanted.scanning.types = vec![ScanType::Dependency];
    wanted.tools.native_only = true;
    (wanted.no_ignore, wanted.hidden) = (args.no_ignore, args.hidden);
    wanted.reporting.quiet = args.quiet;
    let moment = moment(args, io)?;
    let known = if !is_list || args.vulnerabilities {
        let (run, _) = scan::scan_without_baseline(&wanted, &[], io)?;
        if run.database.is_none() {
            return Err(Failure::input(anyhow!("there is no advisory database to match against"))
                .hint("`securescan db update` gets one"));
        }
        Some(run)
    } else {
        None
    };
    let mut text = Vec::new();
    let failed = if let (false, Some(run)) = (is_list, &known) {
        let statements: Vec<vex::Statement> =
            run.findings.iter().chain(&run.suppressed).filter_map(statement).collect();
        let issuer = vex::Issuer {
            author: args.name.as_deref().unwrap_or_default(),
            tool_version: env!("CARGO_PKG_VERSION"),
            timestamp: moment,
        };
        if document == Wanted::OpenVex {
            vex::openvex(&issuer, &statements, &mut text)?;
        } else {
            vex::cyclonedx(&issuer, &statements, &mut text)?;
        }
        run.outcomes.iter().flat_map(|outcome| outcome.failed_files.iter().cloned()).collect()
    } else {
        let mut packages = scan::packages(&wanted, io)?;
        unread(&mut packages);
        let findings = known.iter().flat_map(|run| run.findings.iter().chain(&run.suppressed));
        let vulnerabilities: Vec<Vulnerability> = findings.filter_map(vulnerability).collect();
        if let Wanted::Packages(document) = document {
            write(args, document, &packages, &vulnerabilities, moment, &mut text)?;
        }
        if !args.quiet {
            summary(&packages, io)?;
        }
        packages.inventory.failed
    };
    put(args.output_file.as_deref(), &text, io)?;
    conclude(args, &failed, io)
}

fn document(args: &Args) -> Result<Wanted, Failure> {
    let version = args.spec_version.as_deref();
    if args.vulnerabilities && args.format != Format::Cyclonedx {
        return Err(Failure::input(anyhow!(
            "--vulnerabilities is for CycloneDX lists of packages"
        ))
        .hint("leave it out, or write --format cyclonedx"));
    }
    Ok(match (args.format, version) {
        (Format::Cyclonedx, None | Some("1.5")) => Wanted::Packages(Document::CycloneDx15),
        (Format::Cyclonedx, Some("1.6")) => Wanted::Packages(Document::CycloneDx16),
        (Format::Spdx, None | Some("2.3")) => Wanted::Packages(Document::Spdx23),
        (Format::Openvex, None) => Wanted::OpenVex,
        (Format::CyclonedxVex, None | Some("1.6")) => Wanted::CycloneDxVex,
        (_, Some(version)) => {
            return Err(Failure::input(anyhow!(
                "no document of that format has version {version}"
            ))
            .hint("1.5 and 1.6 are of cyclonedx, 1.6 is of cyclonedx-vex, 2.3 is of spdx"));
        }
    })
}

/// The moment the document is dated by: a fixed one, else that of the commit that is checked out. Never the clock: the same
/// tree must give the same bytes.
fn moment(args: &Args, io: &Io<'_>) -> Result<Option<jiff::Timestamp>, Failure> {
    if let Some(moment) = io.env.moment()? {
        return Ok(Some(moment));
    }
    let objects = Objects::discover(&scan::real(&args.target)?).ok().flatten();
    let commit = objects.and_then(|objects| objects.commit("HEAD").ok());
    Ok(commit.and_then(|commit| jiff::Timestamp::from_second(commit.seconds).ok()))
}

fn write(
    args: &Args,
    document: Document,
    packages: &Packages,
    vulnerabilities: &[Vulnerability],
    timestamp: Option<jiff::Timestamp>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let listings = &packages.inventory.listings;
    // The manifest nearest to the root names the project; where folders stand on this machine must not.
    let project = listings
        .iter()
        .filter_map(|listing| Some((listing.path.matches('/').count(), listing.project.as_ref()?)))
        .min_by_key(|(depth, _)| *depth)
        .map(|(_, project)| project);
    let name = args.name.as_deref().or(project.map(|(name, _)| name.as_str()));
    let version =
        project.map(|(_, version)| version.as_str()).filter(|version| !version.is_empty());
    let found = Known::new(listings);
    let inventory = Inventory {
        name: name.filter(|name| !name.is_empty()).unwrap_or("project"),
        version: args.project_version.as_deref().or(version),
        listings,
        licenses: &|component: &Component| license(&found, component),
        tool_version: env!("CARGO_PKG_VERSION"),
        timestamp,
        vulnerabilities,
    };
    sbom::write(document, &inventory, out)?;
    Ok(())
}

/// Files that could not be read at all take part as lists of which everything is lost: the document then says that it is
/// incomplete.
fn unread(packages: &mut Packages) {
    let inventory = &mut packages.inventory;
    for FailedFile { path, message } in &inventory.failed {
        if !inventory.listings.iter().any(|listing| listing.path == *path) {
            let note = Note::Lost { line: None, message: message.clone() };
            let (path, notes) = (path.clone(), vec![note]);
            inventory.listings.push(Listing { path, notes, ..Listing::default() });
        }
    }
}

fn license(found: &Known, component: &Component) -> Option<License> {
    let (declared, expression) = found.of(component)?;
    Some(License { declared, expression })
}

/// A document of its own, or what was asked for: whole or not at all.
fn put(file: Option<&Path>, text: &[u8], io: &mut Io<'_>) -> Result<(), Failure> {
    let Some(file) = file else {
        io.out.write_all(text)?;
        return Ok(());
    };
    output::replace(&io.env.folder().join(file), text)
        .with_context(|| format!("cannot write {}", file.display()))?;
    Ok(())
}

fn summary(packages: &Packages, io: &mut Io<'_>) -> Result<(), Failure> {
    let count = crate::report::phrase::plural(packages.inventory.len() as u64, "package");
    let files = crate::report::phrase::plural(packages.inventory.listings.len() as u64, "file");
    writeln!(io.err, "securescan: {count} in {files}")?;
    for notice in &packages.notices {
        writeln!(io.err, "securescan: {}", escape::terminal(notice))?;
    }
    Ok(())
}

fn conclude(args: &Args, failed: &[FailedFile], io: &mut Io<'_>) -> Result<u8, Failure> {
    for FailedFile { path, message } in failed {
        let (path, message) = (escape::terminal(path), escape::terminal(message));
        writeln!(io.err, "securescan: {path}: {message}; what it lists is missing")?;
    }
    let fails = args.fail_on.is_some() && !failed.is_empty();
    Ok(if fails { code::INCOMPLETE } else { code::OK })
}

fn aliases(finding: &Finding) -> Vec<String> {
    let aliases = finding.metadata.get(key::ALIASES).and_then(|value| value.as_array());
    let texts = aliases.into_iter().flatten().filter_map(|value| value.as_str());
    texts.filter(|id| !id.starts_with("osv/")).map(str::to_owned).collect()
}

/// What the osv scanner found, as CycloneDX wants it.
fn vulnerability(finding: &Finding) -> Option<Vulnerability> {
    let package = finding.meta(key::PURL)?;
    let score = finding.metadata.get(key::CVSS_SCORE).and_then(serde_json::Value::as_f64);
    let analysis = finding.suppressed_by().is_some().then(|| analysis(finding));
    Some(Vulnerability {
        id: finding.meta(key::ADVISORY)?.to_owned(),
        aliases: aliases(finding),
        purl: package.to_owned(),
        severity: Some(finding.severity),
        // Tenths from 0 to 100.
        score: score.and_then(|score| format!("{:.0}", score * 10.0).parse().ok()),
        vector: finding.meta(key::CVSS_VECTOR).map(str::to_owned),
        cwes: finding.cwe.iter().cloned().collect(),
        description: finding.title.clone(),
        recommendation: finding.remediation.clone().unwrap_or_default(),
        analysis,
    })
}

/// What silencing a finding says of it. A reason that begins with a justification of OpenVEX is a verdict; any other reason
/// accepts the risk and does not deny it.
fn analysis(finding: &Finding) -> Analysis {
    let reason = finding.meta(key::SUPPRESSION_REASON).unwrap_or_default().trim();
    let (label, rest) = reason.split_once([':', ' ']).unwrap_or((reason, ""));
    match vex::Justification::from_name(label) {
        Some(justification) => Analysis {
            status: vex::Status::NotAffected,
            justification: Some(justification),
            detail: rest.trim().to_owned(),
        },
        None => Analysis {
            status: vex::Status::Affected,
            justification: None,
            detail: match reason {
                "" => "Accepted without a reason.".to_owned(),
                reason => format!("Accepted: {reason}"),
            },
        },
    }
}

fn statement(finding: &Finding) -> Option<vex::Statement> {
    let purl = finding.meta(key::PURL)?;
    purl::parse(purl)?;
    let analysis = if finding.suppressed_by().is_some() {
        analysis(finding)
    } else {
        Analysis {
            status: vex::Status::UnderInvestigation,
            justification: None,
            // Words here would become the reason of a verdict that somebody makes of this one.
            detail: String::new(),
        }
    };
    let mut ids = vec![finding.meta(key::ADVISORY)?.to_owned()];
    ids.extend(aliases(finding));
    Some(vex::Statement {
        ids,
        purl: purl.to_owned(),
        product: None,
        status: analysis.status,
        justification: analysis.justification,
        statement: analysis.detail,
        line: 0,
    })
}
