//! Poms and what is read of them.

use super::super::tests::Files;
use super::*;

fn names(listing: &Listing) -> Vec<String> {
    let text = |c: &Component| format!("{} {} {} {}", c.name, c.version, c.scope.as_str(), c.line);
    listing.components.iter().map(text).collect()
}

fn pom(inner: &str) -> String {
    format!(
        "<project><groupId>g</groupId><artifactId>a</artifactId><version>1.0</version>\n{inner}</project>"
    )
}

fn dependency(rest: &str) -> String {
    format!("<dependency><groupId>x</groupId>{rest}</dependency>\n")
}

#[test]
fn versions_come_from_properties_parents_and_boms() {
    let child = "<project><parent><groupId>g</groupId><artifactId>p</artifactId><version>1.0</version>\
                 </parent><artifactId>c</artifactId>\n<properties><b.v>${b.w}.1</b.v><b.w>2</b.w></properties>\
                 <dependencies>\n\
                 <dependency><groupId>x</groupId><artifactId>own</artifactId><version>${b.v}</version></dependency>\n\
                 <dependency><groupId>x</groupId><artifactId>managed</artifactId></dependency>\n\
                 <dependency><groupId>x</groupId><artifactId>bom</artifactId><scope>test</scope></dependency>\n\
                 <dependency><groupId>${project.groupId}</groupId><artifactId>s</artifactId>\
                 <version>${project.version}</version></dependency>\n\
                 </dependencies></project>";
    let parent = "<project><groupId>g</groupId><artifactId>p</artifactId><version>1.0</version>\
                  <properties><b.w>9</b.w><m>3.1</m></properties><dependencyManagement><dependencies>\
                  <dependency><groupId>x</groupId><artifactId>managed</artifactId><version>${m}</version>\
                  </dependency><dependency><groupId>g</groupId><artifactId>the-bom</artifactId>\
                  <version>${project.version}</version><type>pom</type><scope>import</scope></dependency>\
                  </dependencies></dependencyManagement></project>";
    let bom = "<project><groupId>g</groupId><artifactId>the-bom</artifactId><version>1.0</version>\
               <properties><m>7</m></properties><dependencyManagement><dependencies><dependency>\
               <groupId>x</groupId><artifactId>bom</artifactId><version>${m}</version></dependency><dependency>\
               <groupId>x</groupId><artifactId>managed</artifactId><version>0</version></dependency>\
               </dependencies></dependencyManagement></project>";
    let sibling =
        "<project><groupId>g</groupId><artifactId>s</artifactId><version>1.0</version></project>";
    let files = Files::new(&[
        ("c/pom.xml", child),
        ("pom.xml", parent),
        ("deep/bom/pom.xml", bom),
        ("s/pom.xml", sibling),
    ]);
    let listing = files.listing(read, "c/pom.xml").unwrap();
    assert_eq!(
        names(&listing),
        ["x:own 2.1 runtime 3", "x:managed 3.1 runtime 4", "x:bom 7 test 5", "g:s 1.0 runtime 6"]
    );
    assert_eq!(listing.components[3].origin, Origin::Path("s".to_owned()));
    assert_eq!(listing.project, Some(("g:c".to_owned(), "1.0".to_owned())));
    let [Note::Unresolved { line: 3, message }] = &*listing.notes else {
        panic!("{:?}", listing.notes)
    };
    assert!(message.contains("transitive"));
}

#[test]
fn scopes_say_what_a_dependency_is_for() {
    for (rest, expected) in [
        ("", Scope::Runtime),
        ("<scope>compile</scope>", Scope::Runtime),
        ("<scope>runtime</scope>", Scope::Runtime),
        ("<scope>provided</scope>", Scope::Build),
        ("<scope>test</scope>", Scope::Test),
        ("<optional>true</optional>", Scope::Optional),
        ("<optional>true</optional><scope>test</scope>", Scope::Test),
    ] {
        let one = dependency(&format!("<artifactId>b</artifactId><version>1</version>{rest}"));
        let files =
            Files::new(&[("pom.xml", &pom(&format!("<dependencies>{one}</dependencies>")))]);
        let listing = files.listing(read, "pom.xml").unwrap();
        assert_eq!(listing.components[0].scope, expected, "{rest}");
        assert_eq!(listing.components[0].direct, Some(true));
    }
}

#[test]
fn what_is_not_one_version_stays_a_requirement() {
    for version in ["[1,2)", "${nowhere}", "${loop}", "LATEST", ""] {
        let one = dependency(&format!("<artifactId>b</artifactId><version>{version}</version>"));
        let text = pom(&format!(
            "<properties><loop>${{loop}}</loop></properties><dependencies>{one}</dependencies>"
        ));
        let listing = Files::new(&[("pom.xml", &text)]).listing(read, "pom.xml").unwrap();
        assert!(listing.components.is_empty(), "{version}");
        assert_eq!(listing.declared[0].requirement, version);
        assert_eq!(listing.notes.len(), 2);
    }
}

#[test]
fn properties_that_grow_without_end_are_given_up() {
    use std::fmt::Write as _;
    let mut properties = "<p0>xxxxxxxx</p0>".to_owned();
    for n in 1..60 {
        let m = n - 1;
        write!(properties, "<p{n}>${{p{m}}}${{p{m}}}</p{n}>").unwrap();
    }
    let one = dependency("<artifactId>b</artifactId><version>${p59}</version>").repeat(200);
    let text =
        pom(&format!("<properties>{properties}</properties><dependencies>{one}</dependencies>"));
    let listing = Files::new(&[("pom.xml", &text)]).listing(read, "pom.xml").unwrap();
    assert_eq!(listing.declared.len(), 200);
}

#[test]
fn profiles_are_optional_and_plugins_are_of_the_build() {
    let text = pom(&format!(
        "<build><plugins><plugin><artifactId>maven-x-plugin</artifactId><version>3</version><dependencies>{}\
         </dependencies></plugin></plugins></build><profiles><profile><properties><v>5</v></properties>\
         <dependencies>{}</dependencies></profile></profiles>",
        dependency("<artifactId>tool</artifactId><version>1</version>"),
        dependency("<artifactId>p</artifactId><version>${v}</version>"),
    ));
    let listing = Files::new(&[("pom.xml", &text)]).listing(read, "pom.xml").unwrap();
    let scopes: Vec<_> = listing.components.iter().map(|c| (&*c.name, c.scope)).collect();
    assert_eq!(
        scopes,
        [
            ("org.apache.maven.plugins:maven-x-plugin", Scope::Build),
            ("x:tool", Scope::Build),
            ("x:p", Scope::Optional),
        ]
    );
}

#[test]
fn what_the_parent_states_is_listed_again_only_in_another_version() {
    let child = |properties: &str| {
        format!(
            "<project><parent><groupId>g</groupId><artifactId>a</artifactId><version>1.0</version></parent>\
             <artifactId>c</artifactId>{properties}</project>"
        )
    };
    let parent = pom(&format!(
        "<properties><v>1</v></properties><dependencies>\n{}</dependencies>",
        dependency("<artifactId>b</artifactId><version>${v}</version>")
    ));
    for (properties, expected) in
        [("", vec![]), ("<properties><v>2</v></properties>", vec!["x:b 2 runtime 3"])]
    {
        let files = Files::new(&[("c/pom.xml", &child(properties)), ("pom.xml", &parent)]);
        let listing = files.listing(read, "c/pom.xml").unwrap();
        assert_eq!(names(&listing), expected);
        assert!(listing.components.iter().all(|c| c.file.as_deref() == Some("pom.xml")));
    }
}

#[test]
fn poms_that_are_each_others_parent_come_to_an_end() {
    let one = |own: &str, parent: &str| {
        format!(
            "<project><parent><groupId>g</groupId><artifactId>{parent}</artifactId><version>1</version>\
             <relativePath>../{parent}</relativePath></parent><artifactId>{own}</artifactId>\
             <dependencyManagement><dependencies><dependency><groupId>g</groupId>\
             <artifactId>{parent}</artifactId><version>1</version><type>pom</type><scope>import</scope>\
             </dependency></dependencies></dependencyManagement></project>"
        )
    };
    let files = Files::new(&[("p/pom.xml", &one("p", "q")), ("q/pom.xml", &one("q", "p"))]);
    assert!(files.listing(read, "p/pom.xml").unwrap().components.is_empty());
}
