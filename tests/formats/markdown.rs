//! Markdown that was made from hostile text, read by a parser of the kind code hosts use.

use super::{all_shown, cases, oracle, rendered};
use securescan::report::{FORMATS, Options, by_name};
use serde_json::Value;

#[test]
fn nothing_that_was_scanned_becomes_a_link_an_image_an_element_or_a_mention() {
    for case in cases() {
        for options in [Options::default(), all_shown()] {
            for format in FORMATS.iter().filter(|f| f.media_type.starts_with("text/markdown")) {
                oracle::judge(&rendered(format, &case.run, &options));
            }
            let review = rendered(by_name("github-review").unwrap(), &case.run, &options);
            let review: Value = serde_json::from_str(&review).unwrap();
            oracle::judge(review["body"].as_str().unwrap());
            for comment in review["comments"].as_array().unwrap() {
                oracle::judge(comment["body"].as_str().unwrap());
            }
        }
    }
}

#[test]
#[should_panic(expected = "a link to http://evil")]
fn the_judge_sees_a_link() {
    oracle::judge("[x](http://evil)");
}

#[test]
fn the_judge_sees_everything_else_too() {
    for text in [
        "![x](https://github.com/acme/shop/blob/a)",
        "https://evil.example",
        "www.evil.example",
        "a@evil.example",
        "@user",
        "fixes #12",
        "GH-12",
        "<img src=x>",
        "<!-- other -->",
        "<details>@user</details>",
        "$x$",
        "- [ ] task",
        "# heading",
        "> quote",
        "```sh\nx\n```",
        "~~gone~~",
        "---",
    ] {
        let judged = std::panic::catch_unwind(|| oracle::judge(text));
        assert!(judged.is_err(), "{text}");
    }
}

#[test]
fn a_comment_begins_with_the_marker_of_its_kind_and_has_no_other() {
    for case in cases() {
        let text = rendered(by_name("github-pr-comment").unwrap(), &case.run, &all_shown());
        let kind = match case.name.as_str() {
            name if name.contains("diff") => "diff",
            "compare" => "compare",
            _ => "scan",
        };
        assert_eq!(text.lines().next().unwrap(), format!("<!-- securescan:{kind} -->"));
        assert_eq!(text.lines().filter(|line| line.starts_with("<!--")).count(), 1);
    }
}

#[test]
fn a_comment_without_anything_to_list_says_so_and_keeps_its_warnings() {
    let shown = |name: &str| {
        let case = cases().into_iter().find(|case| case.name == name).unwrap();
        rendered(by_name("github-pr-comment").unwrap(), &case.run, &Options::default())
    };
    let diff = shown("diff-nothing-new");
    assert!(diff.starts_with("<!-- securescan:diff -->\n_No new or fixed findings._\n"), "{diff}");
    assert!(diff.contains("This change edits the security configuration"));
    assert!(!shown("nothing-scanned").contains("_No findings._"));
    assert!(shown("nothing-scanned").contains("this is not a clean result"));
}
