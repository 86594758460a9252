//! A summary in Markdown: a table of the parts, and the beginning of each failure.

use super::{
    super::result::{Build, Grade, Status, TestGrade},
    clean, story,
};

/// So much of a test's failures is shown.
const LINES_MAX: usize = 20;
/// What Markdown would read as something else than itself.
const SPECIAL: [char; 14] = ['\\', '`', '*', '_', '[', ']', '<', '>', '#', '|', '~', '!', '&', '$'];

/// The file. `grade` must be a copy for students.
pub(super) fn write(grade: &Grade) -> Vec<u8> {
    let (points, of) = (story::points(grade.points()), story::points(grade.points_max()));
    let mut text = format!("# {}: {points} of {of} points\n\n", escaped(&grade.submission));
    if !grade.finished {
        text += "Not finished: what is missing below has not been run.\n\n";
    }
    text += &build(&grade.build);
    for note in &grade.notes {
        text += &format!("* {}\n", escaped(note));
    }
    text += if grade.notes.is_empty() { "" } else { "\n" };
    text += &parts(grade);
    grade.tests.iter().filter(|test| test.status == Status::Failed).for_each(|test| text += &failure(test));
    text.into_bytes()
}

fn build(build: &Build) -> String {
    match build {
        Build::Done => String::new(),
        Build::Unfinished => "It is not built yet.\n\n".to_owned(),
        Build::Refused(reason) => format!("It was refused:\n\n{}\n", fenced(reason)),
        Build::Failed(said) => format!("It does not compile:\n\n{}\n", fenced(said)),
    }
}

fn parts(grade: &Grade) -> String {
    let mut names: Vec<&str> = grade.tests.iter().map(|test| test.part.as_str()).collect();
    names.dedup();
    let mut text =
        "| part | points | of | passed | failed | not run |\n| --- | --- | --- | --- | --- | --- |\n"
            .to_owned();
    for name in names {
        let tests: Vec<&TestGrade> = grade.tests.iter().filter(|test| test.part == name).collect();
        text += &row(name, &tests);
    }
    text + &row("all", &grade.tests.iter().collect::<Vec<_>>())
}

fn row(name: &str, tests: &[&TestGrade]) -> String {
    let count = |status| tests.iter().filter(|test| test.status == status).count();
    let (points, of) =
        tests.iter().fold((0.0, 0.0), |(points, of), test| (points + test.points, of + test.points_max));
    format!(
        "| {name} | {} | {} | {} | {} | {} |\n",
        story::points(points),
        story::points(of),
        count(Status::Passed),
        count(Status::Failed),
        count(Status::NotRun)
    )
}

fn failure(test: &TestGrade) -> String {
    let (points, of) = (story::points(test.points), story::points(test.points_max));
    let story = clean::first_lines(&story::text(test), LINES_MAX);
    format!("\n## {} ({}): {points} of {of} points\n\n{}", escaped(&test.name), test.part, fenced(&story))
}

fn escaped(text: &str) -> String {
    text.chars().fold(String::new(), |mut escaped, letter| {
        if SPECIAL.contains(&letter) {
            escaped.push('\\');
        }
        escaped.push(if letter == '\n' { ' ' } else { letter });
        escaped
    })
}

/// `text` as it stands, between fences that are longer than any in it.
fn fenced(text: &str) -> String {
    let longest = text.split(|letter| letter != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}text\n{}\n{fence}\n", text.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_between_its_fences() {
        assert_eq!(fenced("a\n"), "```text\na\n```\n");
        assert_eq!(fenced("````\n"), "`````text\n````\n`````\n");
    }

    #[test]
    fn a_name_is_no_markup() {
        assert_eq!(escaped("a|b_<i>\nc"), "a\\|b\\_\\<i\\> c");
    }
}
