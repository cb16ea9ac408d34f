//! What a licence asks of those who pass a work on, in eight classes. Owns the table of all SPDX ids and exceptions;
//! knows
//! nothing of expressions, packages or policies.
//!
//! Sources of the table: the SPDX licence list 3.29 with its OSI and FSF marks, the FSF's comments on licences
//! (<https://www.gnu.org/licenses/license-list.html>), and, where neither says whether a licence is reciprocal, its
//! text.
//! Licences of fonts, data and hardware that reach only changed copies are weak copyleft, those of documents that reach
//! every derived work are strong. Works may carry an id that is newer than the table: [`of_id`] then goes by the marks.

use serde::{Serialize, Serializer};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

/// A class of licences, the one that asks least first. `Unknown` stands where it does when everything has to be
/// complied
/// with: worse than what is harmless, less telling than what is known to be strict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// Rights were given up.
    PublicDomain,
    /// Keep the notices.
    Permissive,
    /// Changes to the work itself have to stay under the licence.
    WeakCopyleft,
    /// Nobody knows.
    Unknown,
    /// Whatever contains the work comes under the licence.
    StrongCopyleft,
    /// The same where users reach it over a network only.
    NetworkCopyleft,
    /// The source can be read; fields of use, users or changes are excluded.
    SourceAvailable,
    /// No right but those of a contract.
    Proprietary,
}

impl Category {
    /// Every class, in ascending order.
    pub const ALL: &'static [Self] = &[
        Self::PublicDomain,
        Self::Permissive,
        Self::WeakCopyleft,
        Self::Unknown,
        Self::StrongCopyleft,
        Self::NetworkCopyleft,
        Self::SourceAvailable,
        Self::Proprietary,
    ];

    /// The word in configuration, metadata and documents.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PublicDomain => "public-domain",
            Self::Permissive => "permissive",
            Self::WeakCopyleft => "weak-copyleft",
            Self::Unknown => "unknown",
            Self::StrongCopyleft => "strong-copyleft",
            Self::NetworkCopyleft => "network-copyleft",
            Self::SourceAvailable => "source-available",
            Self::Proprietary => "proprietary",
        }
    }

    /// The classes a word of a policy means: their own words, `copyleft` for all three, `restricted` for what is no
    /// open
    /// source. `permissive` takes public domain with it.
    pub fn from_word(word: &str) -> Option<&'static [Self]> {
        const GROUPS: &[(&str, &[Category])] = &[
            ("public-domain", &[Category::PublicDomain]),
            ("permissive", &[Category::PublicDomain, Category::Permissive]),
            ("weak-copyleft", &[Category::WeakCopyleft]),
            ("strong-copyleft", &[Category::StrongCopyleft]),
            ("network-copyleft", &[Category::NetworkCopyleft]),
            (
                "copyleft",
                &[Category::WeakCopyleft, Category::StrongCopyleft, Category::NetworkCopyleft],
            ),
            ("source-available", &[Category::SourceAvailable]),
            ("proprietary", &[Category::Proprietary]),
            ("restricted", &[Category::SourceAvailable, Category::Proprietary]),
            ("unknown", &[Category::Unknown]),
        ];
        GROUPS.iter().find(|(name, _)| name.eq_ignore_ascii_case(word)).map(|(_, set)| *set)
    }
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Serialize for Category {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// Given to the public, or as good as that.
const PUBLIC_DOMAIN: &str = "\
    ANTLR-PD ANTLR-PD-fallback blessing CC-PDDC CC-PDM-1.0 CC0-1.0 libselinux-1.0 NCBI-PD NIST-PD \
    NIST-PD-fallback NIST-PD-TNT NTIA-PD PDDL-1.0 SAX-PD SAX-PD-2.0 Unlicense Unlicense-libtelnet \
    Unlicense-libwhirlpool";

/// Notices have to be kept; changes and combined works may be under other terms.
const PERMISSIVE: &str = "\
    0BSD 3D-Slicer-1.0 AAL Abstyles AdaCore-doc Adobe-2006 Adobe-Display-PostScript Adobe-Glyph \
    Adobe-Utopia Advanced-Cryptics-Dictionary AFL-1.1 AFL-1.2 AFL-2.0 AFL-2.1 AFL-3.0 Afmparse \
    ALGLIB-Documentation AMD-newlib AMDPLPA AML AML-glslang AMPAS any-OSI any-OSI-perl-modules \
    Apache-1.0 Apache-1.1 Apache-2.0 APAFML App-s2p Artistic-1.0 Artistic-1.0-cl8 \
    Artistic-1.0-Perl Artistic-2.0 Artistic-dist Aspell-RU ASWF-Digital-Assets-1.0 \
    ASWF-Digital-Assets-1.1 atc-game Baekmuk Bahyph Barr bcrypt-Solar-Designer Beerware \
    Bitstream-Charter Bitstream-Vera BlueOak-1.0.0 Boehm-GC Boehm-GC-without-fee BOLA-1.1 Borceux \
    Brian-Gladman-2-Clause Brian-Gladman-3-Clause Brian-Gladman-3-Clause-no-conversion \
    BSD-1-Clause BSD-2-Clause BSD-2-Clause-Darwin BSD-2-Clause-first-lines BSD-2-Clause-FreeBSD \
    BSD-2-Clause-NetBSD BSD-2-Clause-Patent BSD-2-Clause-pkgconf-disclaimer \
    BSD-2-Clause-pos-unchanged BSD-2-Clause-Views BSD-3-Clause BSD-3-Clause-acpica \
    BSD-3-Clause-Attribution BSD-3-Clause-Clear BSD-3-Clause-flex BSD-3-Clause-HP \
    BSD-3-Clause-LBNL BSD-3-Clause-Modification BSD-3-Clause-No-Nuclear-Warranty \
    BSD-3-Clause-Open-MPI BSD-3-Clause-Sun BSD-3-Clause-Tso BSD-4-Clause BSD-4-Clause-Shortened \
    BSD-4-Clause-UC BSD-4.3RENO BSD-4.3TAHOE BSD-Advertising-Acknowledgement BSD-ask-to-endorse \
    BSD-Attribution-HPND-disclaimer BSD-Inferno-Nettverk BSD-Mark-Modifications \
    BSD-Source-alt-GPL BSD-Source-beginning-file BSD-Source-Code BSD-Source-Code-no-disclaimer \
    BSD-Systemics BSD-Systemics-W3Works BSL-1.0 Buddy Bugroff bzip2-1.0.5 bzip2-1.0.6 Caldera \
    Caldera-no-preamble CAPEC-tou Catharon CC-BY-1.0 CC-BY-2.0 CC-BY-2.5 CC-BY-2.5-AU CC-BY-3.0 \
    CC-BY-3.0-AT CC-BY-3.0-AU CC-BY-3.0-DE CC-BY-3.0-IGO CC-BY-3.0-NL CC-BY-3.0-US CC-BY-4.0 \
    CDLA-Permissive-1.0 CDLA-Permissive-2.0 CECILL-B CERN-OHL-P-2.0 CFITSIO check-cvs checkmk \
    ClArtistic Clips CMU-Mach CMU-Mach-nodoc CNRI-Jython CNRI-Python CNRI-Python-GPL-Compatible \
    COIL-1.0 Community-Spec-1.0 Condor-1.1 Cornell-Lossless-JPEG Cronyx Crossword CryptoSwift \
    CrystalStacker Cube curl cve-tou DEC-3-Clause diffmark DL-DE-BY-2.0 DL-DE-ZERO-2.0 DOC \
    DocBook-DTD DocBook-Schema DocBook-Stylesheet DocBook-XML Dotseqn DRL-1.0 DRL-1.1 DSDP dtoa \
    dvipdfm ECL-1.0 ECL-2.0 EFL-1.0 EFL-2.0 eGenix Entessa EPICS ESA-PL-permissive-2.4 etalab-2.0 \
    EUDatagrid Fair FBM Ferguson-Twofish FreeBSD-DOC FSFAP FSFAP-no-warranty-disclaimer FSFUL \
    FSFULLR FSFULLRSD FSFULLRWD FTL Furuseth fwlw Game-Programming-Gems GD generic-xts Giftware \
    Glulxe GLWTPL gnuplot Graphics-Gems gtkbook Gutmann HaskellReport HDF5 hdparm HIDAPI HP-1986 \
    HP-1989 HPND HPND-DEC HPND-doc HPND-doc-sell HPND-export-US HPND-export-US-acknowledgement \
    HPND-export-US-modify HPND-export2-US HPND-Fenneberg-Livingston HPND-INRIA-IMAG HPND-Intel \
    HPND-Kevlin-Henney HPND-Markus-Kuhn HPND-merchantability-variant HPND-MIT-disclaimer \
    HPND-Netrek HPND-Pbmplus HPND-sell-MIT-disclaimer-xserver HPND-sell-regexpr HPND-sell-variant \
    HPND-sell-variant-critical-systems HPND-sell-variant-MIT-disclaimer \
    HPND-sell-variant-MIT-disclaimer-rev HPND-SMC HPND-UC HPND-UC-export-US HTMLTIDY \
    hyphen-bulgarian IBM-pibs ICU IEC-Code-Components-EULA IJG IJG-short ImageMagick iMatix \
    Imlib2 Info-ZIP Informatica Inner-Net-2.0 InnoSetup Intel Intel-ACPI ISC ISC-Veillard \
    ISO-permission Jam JasPer-2.0 jove JPL-image JPNIC Kastrup Kazlib Knuth-CTAN Latex2e \
    Latex2e-translated-notice Leptonica Libpng libpng-1.6.35 libpng-2.0 libtiff \
    libutil-David-Nugent LiLiQ-P-1.1 Linux-man-pages-1-para Linux-OpenIB LOOP LPD-document \
    LPPL-1.0 LPPL-1.1 LPPL-1.2 LPPL-1.3a LPPL-1.3c lsof Lucida-Bitmap-Fonts LZMA-SDK-9.11-to-9.20 \
    LZMA-SDK-9.22 Mackerras-3-Clause Mackerras-3-Clause-acknowledgment magaz mailprio MakeIndex \
    man2html Martin-Birgmeier McPhee-slideshow metamail Minpack MIPS MirOS MIT MIT-0 \
    MIT-advertising MIT-Click MIT-CMU MIT-enna MIT-feh MIT-Festival MIT-Khronos-old \
    MIT-Modern-Variant MIT-open-group MIT-STK MIT-testregex MIT-Wu MITNFA MMIXware MPEG-SSG \
    mpi-permissive mpich2 mplus MTLL MulanPSL-1.0 MulanPSL-2.0 Multics Mup NAIST-2003 Naumen \
    NBPL-1.0 NCL NCSA Net-SNMP NetCDF Newsletr ngrep NICTA-1.0 NIST-Software NLOD-1.0 NLOD-2.0 \
    NLPL NRL NTP NTP-0 Nunit O-UDA-1.0 OAR ODC-By-1.0 OFFIS OGC-1.0 OGDL-Taiwan-1.0 \
    OGL-Canada-2.0 OGL-UK-1.0 OGL-UK-2.0 OGL-UK-3.0 OGTSL OLDAP-1.1 OLDAP-1.2 OLDAP-1.3 OLDAP-1.4 \
    OLDAP-2.0 OLDAP-2.0.1 OLDAP-2.1 OLDAP-2.2 OLDAP-2.2.1 OLDAP-2.2.2 OLDAP-2.3 OLDAP-2.4 \
    OLDAP-2.5 OLDAP-2.6 OLDAP-2.7 OLDAP-2.8 OLFL-1.3 OML OpenMDW-1.0 OpenSSL OpenSSL-standalone \
    OpenVision OPL-UK-3.0 OSC-1.0 OSSP PADL ParaType-Free-Font-1.3 PHP-3.0 PHP-3.01 Pixar pkgconf \
    Plexus pnmstitch PostgreSQL PSF-2.0 psfrag psutils Python-2.0 Python-2.0.1 python-ldap Qhull \
    radvd Rdisc RSA-MD Ruby Ruby-pty Saxpath SCEA SchemeReport SGI-B-1.0 SGI-B-1.1 SGI-B-2.0 \
    SGI-OpenGL SGMLUG-PM SGP4 SHL-0.5 SHL-0.51 SL SMLNJ snprintf SOFA softSurfer Soundex \
    Spencer-86 Spencer-94 Spencer-99 ssh-keyscan SSH-OpenSSH SSH-short SSLeay-standalone \
    StandardML-NJ Sun-PPP Sun-PPP-2000 SunPro SWL swrule Symlinks TCL TCP-wrappers TekHVC \
    TermReadKey ThirdEye threeparttable TPDL TrustedQSL TTWL TTYP0 TU-Berlin-1.0 TU-Berlin-2.0 \
    UCAR ulem UMich-Merit Unicode-3.0 Unicode-DFS-2015 Unicode-DFS-2016 Unicode-TOU UnixCrypt \
    UPL-1.0 URT-RLE Vixie-Cron VSL-1.0 W3C W3C-19980720 W3C-20150513 w3m Widget-Workshop WordNet \
    Wsuipa WTFNMFPL WTFPL wwl X11 X11-distribute-modifications-variant X11-no-permit-persons \
    X11-swapped Xdebug-1.03 Xerox Xfig XFree86-1.1 xkeyboard-config-Zinoviev xlock Xnet xpp XSkat \
    xzoom Zed Zeeff Zend-2.0 Zlib zlib-acknowledgement ZPL-1.1 ZPL-2.0 ZPL-2.1";

/// The work itself and changes to it stay under the licence; what only uses it does not have to.
const WEAK: &str = "\
    APL-1.0 APSL-1.0 APSL-1.1 APSL-1.2 APSL-2.0 Arphic-1999 BitTorrent-1.0 BitTorrent-1.1 \
    CATOSL-1.1 CDDL-1.0 CDDL-1.1 CDL-1.0 CDLA-Sharing-1.0 CECILL-C CERN-OHL-W-2.0 CPL-1.0 \
    CUA-OPL-1.0 eCos-2.0 EPL-1.0 EPL-2.0 ErlPL-1.1 ESA-PL-weak-copyleft-2.4 Eurosym FDK-AAC \
    FDK-MPEG-H Frameworx-1.0 FreeImage GCR-docs GL2PS GPL-2.0-with-autoconf-exception \
    GPL-2.0-with-bison-exception GPL-2.0-with-classpath-exception GPL-2.0-with-font-exception \
    GPL-2.0-with-GCC-exception GPL-3.0-with-autoconf-exception GPL-3.0-with-GCC-exception \
    gSOAP-1.3b Interbase-1.0 IPA IPL-1.0 LGPL-2.0 LGPL-2.0+ LGPL-2.0-only LGPL-2.0-or-later \
    LGPL-2.1 LGPL-2.1+ LGPL-2.1-only LGPL-2.1-or-later LGPL-3.0 LGPL-3.0+ LGPL-3.0-only \
    LGPL-3.0-or-later LGPLLR LiLiQ-R-1.1 LPL-1.0 LPL-1.02 Motosoto MPL-1.0 MPL-1.1 MPL-2.0 \
    MPL-2.0-no-copyleft-exception MS-PL MS-RL NASA-1.3 Nokia NOSL Noweb NPL-1.0 NPL-1.1 OCCT-PL \
    OCLC-2.0 ODbL-1.0 OFL-1.0 OFL-1.0-no-RFN OFL-1.0-RFN OFL-1.1 OFL-1.1-no-RFN OFL-1.1-RFN \
    OpenPBS-2.3 OPL-1.0 OSET-PL-2.1 RHeCos-1.1 RSCPL Sendmail Sendmail-8.23 \
    Sendmail-Open-Source-1.1 SISSL SISSL-1.2 SMPPL SNIA SPL-1.0 SugarCRM-1.1.3 TORQUE-1.1 TPL-1.0 \
    Ubuntu-font-1.0 Vim Watcom-1.0 wxWindows xinetd YPL-1.0 YPL-1.1 Zimbra-1.3 Zimbra-1.4";

/// Everything that contains the work, or is derived from it, comes under the licence.
const STRONG: &str = "\
    BSD-Protection CC-BY-SA-1.0 CC-BY-SA-2.0 CC-BY-SA-2.0-UK CC-BY-SA-2.1-JP CC-BY-SA-2.5 \
    CC-BY-SA-3.0 CC-BY-SA-3.0-AT CC-BY-SA-3.0-DE CC-BY-SA-3.0-IGO CC-BY-SA-4.0 CC-SA-1.0 \
    CECILL-1.0 CECILL-1.1 CECILL-2.0 CECILL-2.1 CERN-OHL-1.1 CERN-OHL-1.2 CERN-OHL-S-2.0 \
    copyleft-next-0.3.0 copyleft-next-0.3.1 D-FSL-1.0 ESA-PL-strong-copyleft-2.4 EUPL-1.0 \
    GFDL-1.1 GFDL-1.1-invariants GFDL-1.1-invariants-only GFDL-1.1-invariants-or-later \
    GFDL-1.1-no-invariants GFDL-1.1-no-invariants-only GFDL-1.1-no-invariants-or-later \
    GFDL-1.1-only GFDL-1.1-or-later GFDL-1.2 GFDL-1.2-invariants GFDL-1.2-invariants-only \
    GFDL-1.2-invariants-or-later GFDL-1.2-no-invariants GFDL-1.2-no-invariants-only \
    GFDL-1.2-no-invariants-or-later GFDL-1.2-only GFDL-1.2-or-later GFDL-1.3 GFDL-1.3-invariants \
    GFDL-1.3-invariants-only GFDL-1.3-invariants-or-later GFDL-1.3-no-invariants \
    GFDL-1.3-no-invariants-only GFDL-1.3-no-invariants-or-later GFDL-1.3-only GFDL-1.3-or-later \
    Glide GPL-1.0 GPL-1.0+ GPL-1.0-only GPL-1.0-or-later GPL-2.0 GPL-2.0+ GPL-2.0-only \
    GPL-2.0-or-later GPL-3.0 GPL-3.0+ GPL-3.0-only GPL-3.0-or-later LAL-1.2 LAL-1.3 \
    LiLiQ-Rplus-1.1 Linux-man-pages-copyleft Linux-man-pages-copyleft-2-para \
    Linux-man-pages-copyleft-var NGPL OPUBL-1.0 QPL-1.0 QPL-1.0-INRIA-2004 SimPL-2.0 Sleepycat \
    SMAIL-GPL TAPR-OHL-1.0 TMate TOSL VOSTROM";

/// As strong copyleft, and giving users access over a network counts as handing out.
const NETWORK: &str = "\
    AGPL-1.0 AGPL-1.0-only AGPL-1.0-or-later AGPL-3.0 AGPL-3.0-only AGPL-3.0-or-later CAL-1.0 \
    CAL-1.0-Combined-Work-Exception CPAL-1.0 EUPL-1.1 EUPL-1.2 NPOSL-3.0 OSL-1.0 OSL-1.1 OSL-2.0 \
    OSL-2.1 OSL-3.0 Parity-6.0.0 Parity-7.0.0 RPL-1.1 RPL-1.5 RPSL-1.0 SSPL-1.0 TGPPL-1.0 UCL-1.0";

/// Source can be read, but fields of use, kinds of users or changes are excluded.
const SOURCE_AVAILABLE: &str = "\
    ADSL Aladdin BSD-3-Clause-No-Military-License BSD-3-Clause-No-Nuclear-License \
    BSD-3-Clause-No-Nuclear-License-2014 BSD-3-Clause-OpenWebUI BUSL-1.1 C-UDA-1.0 CC-BY-NC-1.0 \
    CC-BY-NC-2.0 CC-BY-NC-2.5 CC-BY-NC-3.0 CC-BY-NC-3.0-DE CC-BY-NC-3.0-IGO CC-BY-NC-4.0 \
    CC-BY-NC-ND-1.0 CC-BY-NC-ND-2.0 CC-BY-NC-ND-2.5 CC-BY-NC-ND-3.0 CC-BY-NC-ND-3.0-DE \
    CC-BY-NC-ND-3.0-IGO CC-BY-NC-ND-4.0 CC-BY-NC-SA-1.0 CC-BY-NC-SA-2.0 CC-BY-NC-SA-2.0-DE \
    CC-BY-NC-SA-2.0-FR CC-BY-NC-SA-2.0-UK CC-BY-NC-SA-2.5 CC-BY-NC-SA-3.0 CC-BY-NC-SA-3.0-DE \
    CC-BY-NC-SA-3.0-IGO CC-BY-NC-SA-4.0 CC-BY-ND-1.0 CC-BY-ND-2.0 CC-BY-ND-2.5 CC-BY-ND-3.0 \
    CC-BY-ND-3.0-DE CC-BY-ND-4.0 CPOL-1.02 Elastic-2.0 FSL-1.1-ALv2 FSL-1.1-MIT Hippocratic-2.1 \
    Hippocratic-3.0-core JSON MMPL-1.0.1 MS-LPL MVT-1.1 NCGL-UK-2.0 PolyForm-Noncommercial-1.0.0 \
    PolyForm-Small-Business-1.0.0 PPL SUL-1.0 UnRAR";

/// Exceptions that let a work use, or be made by, the licensed one without coming under its licence.
const LINKING: &str = "\
    Autoconf-exception-2.0 Autoconf-exception-3.0 Autoconf-exception-generic \
    Autoconf-exception-generic-3.0 Autoconf-exception-macro Bison-exception-1.24 \
    Bison-exception-2.2 Bootloader-exception Classpath-exception-2.0 \
    Classpath-exception-2.0-short CLISP-exception-2.0 Digia-Qt-LGPL-exception-1.1 \
    eCos-exception-2.0 Fawkes-Runtime-exception FLTK-exception Font-exception-2.0 \
    freertos-exception-2.0 GCC-exception-2.0 GCC-exception-2.0-note GCC-exception-3.1 \
    GNAT-exception GNOME-examples-exception GNU-compiler-exception GPL-3.0-interface-exception \
    harbour-exception Independent-modules-exception KiCad-libraries-exception \
    LGPL-3.0-linking-exception Libtool-exception Linux-syscall-note LLGPL LZMA-exception \
    mif-exception mxml-exception Nokia-Qt-exception-1.1 OCaml-LGPL-linking-exception \
    OCCT-exception-1.0 OpenJDK-assembly-exception-1.0 polyparse-exception \
    PS-or-PDF-font-exception-20170817 QPL-1.0-INRIA-2004-exception Qt-GPL-exception-1.0 \
    Qt-LGPL-exception-1.1 Qwt-exception-1.0 SANE-exception Simple-Library-Usage-exception \
    Spelling-Provider-LGPL-exception SWI-exception Texinfo-exception u-boot-exception-2.0 \
    WxWindows-exception-3.1";

/// Exceptions that name particular partners, or add a permission that changes nothing for others.
#[cfg(test)]
const NARROW: &str = "\
    389-exception Asterisk-exception Asterisk-linking-protocols-exception CGAL-linking-exception \
    cryptsetup-OpenSSL-exception DigiRule-FOSS-exception erlang-otp-linking-exception \
    fmt-exception Gmsh-exception gnu-javamail-exception Google-Patent-WebM \
    GPL-3.0-389-ds-base-exception GPL-3.0-linking-exception GPL-3.0-linking-source-exception \
    GPL-CC-1.0 GStreamer-exception-2005 GStreamer-exception-2008 i2p-gpl-java-exception \
    kvirc-openssl-exception libpri-OpenH323-exception LLVM-exception openvpn-openssl-exception \
    PCRE2-exception romic-exception RRDtool-FLOSS-exception-2.0 rsync-linking-exception SHL-2.0 \
    SHL-2.1 sqlitestudio-OpenSSL-exception stunnel-exception Swift-exception UBDL-exception \
    Universal-FOSS-exception-1.0 vsftpd-openssl-exception x11vnc-openssl-exception";

/// Groups of ids and their class.
const TABLE: &[(&str, Category)] = &[
    (PUBLIC_DOMAIN, Category::PublicDomain),
    (PERMISSIVE, Category::Permissive),
    (WEAK, Category::WeakCopyleft),
    (STRONG, Category::StrongCopyleft),
    (NETWORK, Category::NetworkCopyleft),
    (SOURCE_AVAILABLE, Category::SourceAvailable),
    ("NOASSERTION NONE", Category::Unknown),
];

static BY_ID: LazyLock<BTreeMap<&'static str, Category>> = LazyLock::new(|| {
    TABLE.iter().flat_map(|(ids, class)| ids.split(' ').map(|id| (id, *class))).collect()
});

/// The class of an SPDX id in its exact spelling. Of an id the table lacks, the marks of the list decide.
pub fn of_id(id: &str) -> Category {
    if let Some(class) = BY_ID.get(id) {
        return *class;
    }
    spdx::license_id(id).map_or(Category::Unknown, |known| {
        if known.is_copyleft() {
            Category::StrongCopyleft
        } else if known.is_osi_approved() || known.is_fsf_free_libre() {
            Category::Permissive
        } else {
            Category::Unknown
        }
    })
}

/// What an exception leaves of a class. One that permits linking makes strong copyleft weak; no exception lifts what a
/// network or a restriction asks.
pub fn with_exception(class: Category, exception: &str) -> Category {
    if class == Category::StrongCopyleft && permits_linking(exception) {
        Category::WeakCopyleft
    } else {
        class
    }
}

/// Whether an exception keeps what uses the work, or is made by it, out of the licence.
pub fn permits_linking(exception: &str) -> bool {
    LINKING.split(' ').any(|name| name == exception)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_of_the_list_has_exactly_one_class() {
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        for (ids, _) in TABLE {
            for id in ids.split(' ') {
                *seen.entry(id).or_default() += 1;
            }
        }
        let mut wrong = Vec::new();
        for license in spdx::identifiers::LICENSES {
            let times = seen.remove(license.name).unwrap_or(0);
            if times != 1 {
                wrong.push((license.name, times));
            }
        }
        assert!(wrong.is_empty(), "{wrong:?}");
        assert_eq!(seen.into_keys().collect::<Vec<_>>(), ["NONE"], "no such id in the list");
    }

    #[test]
    fn every_exception_of_the_list_is_judged_once() {
        for exception in spdx::identifiers::EXCEPTIONS {
            let times = [LINKING, NARROW]
                .iter()
                .flat_map(|names| names.split(' '))
                .filter(|name| *name == exception.name)
                .count();
            assert_eq!(times, 1, "{}", exception.name);
        }
    }

    #[test]
    fn what_the_list_marks_as_copyleft_is_not_permissive() {
        for license in spdx::identifiers::LICENSES {
            let marked = license.flags & spdx::flags::IS_COPYLEFT != 0;
            // CeCILL-B is marked, and is the CeCILL of the BSD kind: its section 5.3 asks for a citation only.
            if marked && license.name != "CECILL-B" {
                assert!(of_id(license.name) >= Category::WeakCopyleft, "{}", license.name);
            }
        }
    }

    #[test]
    fn nothing_the_osi_approved_counts_as_restricted() {
        for license in spdx::identifiers::LICENSES {
            if license.flags & spdx::flags::IS_OSI_APPROVED != 0 {
                assert!(of_id(license.name) < Category::SourceAvailable, "{}", license.name);
                assert_ne!(of_id(license.name), Category::Unknown, "{}", license.name);
            }
        }
    }

    #[test]
    fn well_known_licences_are_where_lawyers_put_them() {
        for (id, expected) in [
            ("MIT", Category::Permissive),
            ("CC0-1.0", Category::PublicDomain),
            ("MPL-2.0", Category::WeakCopyleft),
            ("LGPL-2.1-or-later", Category::WeakCopyleft),
            ("GPL-2.0-with-classpath-exception", Category::WeakCopyleft),
            ("GPL-3.0-only", Category::StrongCopyleft),
            ("CC-BY-SA-4.0", Category::StrongCopyleft),
            ("AGPL-3.0-or-later", Category::NetworkCopyleft),
            ("SSPL-1.0", Category::NetworkCopyleft),
            ("BUSL-1.1", Category::SourceAvailable),
            ("CC-BY-NC-4.0", Category::SourceAvailable),
            ("NOASSERTION", Category::Unknown),
            ("Never-Heard-Of-1.0", Category::Unknown),
        ] {
            assert_eq!(of_id(id), expected, "{id}");
        }
    }

    #[test]
    fn a_linking_exception_weakens_and_a_narrow_one_does_not() {
        let strong = Category::StrongCopyleft;
        assert_eq!(with_exception(strong, "Classpath-exception-2.0"), Category::WeakCopyleft);
        assert_eq!(with_exception(strong, "openvpn-openssl-exception"), strong);
        let apache = Category::Permissive;
        assert_eq!(with_exception(apache, "LLVM-exception"), apache);
        let network = Category::NetworkCopyleft;
        assert_eq!(with_exception(network, "Classpath-exception-2.0"), network);
    }

    #[test]
    fn words_of_a_policy_are_classes_or_groups_of_them() {
        for class in Category::ALL {
            assert!(Category::from_word(class.as_str()).is_some_and(|set| set.contains(class)));
        }
        assert_eq!(Category::from_word("copyleft").map(<[_]>::len), Some(3));
        assert!(Category::from_word("MIT").is_none());
    }
}
