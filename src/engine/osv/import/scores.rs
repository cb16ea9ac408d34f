//! Data files beside the advisories: EPSS (how likely a weakness is to be used within thirty days) and CISA's list
//! of known exploited vulnerabilities. Both are dated and optional. Knows CVE ids only.

use serde::Deserialize;

/// Most entries of a file; EPSS has some 350,000.
const MOST: usize = 2_000_000;

/// A CVE id as year and number, so that half a million of them are small.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cve(pub u16, pub u32);

impl Cve {
    /// `CVE-2021-44228`.
    pub fn parse(text: &str) -> Option<Self> {
        let (year, number) = text.trim().strip_prefix("CVE-")?.split_once('-')?;
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        (digits(year) && digits(number)).then_some(())?;
        Some(Self(year.parse().ok()?, number.parse().ok()?))
    }
}

/// What EPSS says of one CVE.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Likelihood {
    /// Probability from 0 to 1.
    pub score: f32,
    /// Share of all CVEs with the same score or less, from 0 to 1.
    pub percentile: f32,
}

/// One day's scores of the Exploit Prediction Scoring System (<https://www.first.org/epss/data_stats>).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Epss {
    /// The model, as the file names it; empty when it does not.
    pub model: String,
    /// The day of the scores, as the file names it (`2026-08-21T00:00:00+0000`); empty when it does not.
    pub date: String,
    entries: Vec<(Cve, Likelihood)>,
}

impl Epss {
    /// Reads the CSV form, unpacked: a comment with model and date, the header `cve,epss,percentile`, one line a CVE.
    pub fn read(bytes: &[u8]) -> Result<Self, String> {
        let text = std::str::from_utf8(bytes).map_err(|_| "the text is not valid UTF-8")?;
        let mut out = Self::default();
        let mut header = false;
        for (at, line) in text.lines().enumerate() {
            let line = line.trim();
            if let Some(comment) = line.strip_prefix('#') {
                for field in comment.split(',') {
                    match field.split_once(':') {
                        Some(("model_version", value)) => out.model = super::clean::one_line(value),
                        Some(("score_date", value)) => out.date = super::clean::one_line(value),
                        _ => {}
                    }
                }
            } else if !header {
                header = true;
                if line != "cve,epss,percentile" {
                    return Err("the header is not cve,epss,percentile".into());
                }
            } else if !line.is_empty() {
                let entry = entry(line).ok_or_else(|| format!("line {} is no score", at + 1))?;
                if out.entries.len() == MOST {
                    return Err(format!("more than {MOST} lines"));
                }
                out.entries.push(entry);
            }
        }
        if out.entries.is_empty() {
            return Err("the file has no scores".into());
        }
        out.entries.sort_by_key(|(cve, _)| *cve);
        out.entries.dedup_by_key(|(cve, _)| *cve);
        Ok(out)
    }

    /// What is said of a CVE.
    pub fn get(&self, cve: &str) -> Option<Likelihood> {
        find(&self.entries, cve).copied()
    }

    /// Number of CVEs.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

fn entry(line: &str) -> Option<(Cve, Likelihood)> {
    let mut fields = line.split(',');
    let cve = Cve::parse(fields.next()?)?;
    let mut share =
        || fields.next()?.trim().parse::<f32>().ok().filter(|n| (0.0..=1.0).contains(n));
    let (score, percentile) = (share()?, share()?);
    Some((cve, Likelihood { score, percentile }))
}

fn find<'a, T>(entries: &'a [(Cve, T)], cve: &str) -> Option<&'a T> {
    let cve = Cve::parse(cve)?;
    let at = entries.binary_search_by_key(&cve, |(one, _)| *one).ok()?;
    entries.get(at).map(|(_, found)| found)
}

/// One known exploited vulnerability.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exploited {
    /// When it was put on the list, `YYYY-MM-DD`.
    pub added: String,
    /// By when United States agencies must have dealt with it, `YYYY-MM-DD`.
    pub due: String,
    /// Known to be used for ransomware.
    pub ransomware: bool,
}

/// CISA's catalogue of known exploited vulnerabilities
/// (<https://www.cisa.gov/known-exploited-vulnerabilities-catalog>).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Kev {
    /// Its version, `2026.08.21`.
    pub version: String,
    /// When it was released, as the file writes it.
    pub date: String,
    entries: Vec<(Cve, Exploited)>,
}

#[derive(Deserialize)]
struct Catalogue {
    #[serde(default, rename = "catalogVersion")]
    version: String,
    #[serde(default, rename = "dateReleased")]
    date: String,
    vulnerabilities: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    #[serde(rename = "cveID")]
    cve: String,
    #[serde(default, rename = "dateAdded")]
    added: String,
    #[serde(default, rename = "dueDate")]
    due: String,
    #[serde(default, rename = "knownRansomwareCampaignUse")]
    ransomware: String,
}

impl Kev {
    /// Reads the JSON form.
    pub fn read(bytes: &[u8]) -> Result<Self, String> {
        let read: Catalogue = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        if read.vulnerabilities.is_empty() || read.vulnerabilities.len() > MOST {
            return Err(format!("the file has {} entries", read.vulnerabilities.len()));
        }
        let mut entries = Vec::new();
        for item in read.vulnerabilities {
            let cve = Cve::parse(&item.cve).ok_or("an entry has no CVE id")?;
            entries.push((
                cve,
                Exploited {
                    added: super::clean::one_line(&item.added),
                    due: super::clean::one_line(&item.due),
                    ransomware: item.ransomware.eq_ignore_ascii_case("known"),
                },
            ));
        }
        entries.sort_by_key(|(cve, _)| *cve);
        entries.dedup_by_key(|(cve, _)| *cve);
        let line = super::clean::one_line;
        Ok(Self { version: line(&read.version), date: line(&read.date), entries })
    }

    /// The entry of a CVE.
    pub fn get(&self, cve: &str) -> Option<&Exploited> {
        find(&self.entries, cve)
    }

    /// Number of entries.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}
