//! `lab handout`: one lab to be written, made from the reference. There is no second copy that could drift.
//!
//! A function that students write says so in its documentation: `**Lab 2A.**` and what to do. Its signature and its
//! documentation stay, its body becomes a `todo!` with the same words. A function that only our solution needs says
//! `**Lab 2A, helper.**` and goes as a whole. Labs below stay as they are; those above stay out, with their tests.
//!
//! | file | its question |
//! | --- | --- |
//! | `scope` | what is cut, and what is left out? |
//! | `workspace` | where is the reference, and what belongs into a handout? |
//! | `marker`, `cut`, `gated`, `source` | whose work is a function, and how does its body go without a trace? |
//! | `manifest`, `pages`, `links` | how do Cargo's files, the Makefile and the pages learn of it? |

mod cut;
mod gated;
mod links;
mod manifest;
mod marker;
mod pages;
mod scope;
mod source;
mod workspace;

use std::{
    ffi::OsStr,
    fmt, fs, io,
    path::{Path, PathBuf},
};

use workspace::COMMANDS;

pub use cut::Stub;
pub use links::{resolved, targets};
pub use scope::{Lab, Scope};
pub use workspace::find;

use cut::CutFile;
use links::Absent;
use workspace::{Files, PAGE};

/// A handout, made but not written.
#[derive(Debug)]
pub struct Handout {
    files: Files,
    stubs: Vec<(PathBuf, Stub)>,
    removed: Vec<String>,
}

/// Why there is no handout.
#[derive(Debug)]
pub enum Refusal {
    /// The place for it is taken.
    NotEmpty(PathBuf),
    /// The place for it is no folder.
    NoFolder(PathBuf),
    /// The reference was not found.
    NoWorkspace,
    /// What was found is a handout itself.
    IsHandout(PathBuf),
    /// The lab has no such part.
    NoSuchPart(Lab, String),
    /// Nothing in the lab says that it is to be written.
    NothingMarked(Vec<String>),
    /// A file of the reference is not what it should be.
    Broken(PathBuf, String),
    /// Files cannot be read or written.
    Io(PathBuf, io::Error),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::NotEmpty(dir) => write!(f, "{} exists and is not empty", dir.display()),
            Refusal::NoFolder(dir) => write!(f, "{} is no folder", dir.display()),
            Refusal::NoWorkspace => f.write_str(
                "the reference is not here: its folder has moved since lab was built. Call lab from inside it",
            ),
            Refusal::IsHandout(dir) => {
                write!(f, "{} is a handout itself; handouts are made from the reference", dir.display())
            }
            Refusal::NoSuchPart(lab, part) => {
                write!(f, "Lab {} has no part {part}: its parts are {}", lab.pattern(), lab.parts().join(", "))
            }
            Refusal::NothingMarked(parts) => {
                write!(f, "part {} cannot be handed out yet: no function is marked for it", parts.join(", "))
            }
            Refusal::Broken(file, problem) => write!(f, "{}: {problem}", file.display()),
            Refusal::Io(path, error) => write!(f, "{}: {error}", path.display()),
        }
    }
}

impl std::error::Error for Refusal {}

impl Handout {
    /// Makes a handout from the reference in the folder `workspace`.
    ///
    /// # Errors
    /// If that is no reference, or nothing in it is marked for one of the wanted parts.
    pub fn new(workspace: &Path, scope: &Scope) -> Result<Handout, Refusal> {
        if workspace.join(PAGE).exists() {
            return Err(Refusal::IsHandout(workspace.to_path_buf()));
        }
        let files = workspace::read(workspace, scope);
        let files = files.map_err(|error| Refusal::Io(workspace.to_path_buf(), error))?;
        let mut handout = Handout { files, stubs: Vec::new(), removed: Vec::new() };
        handout.cut(scope)?;
        handout.adapt(scope)?;
        handout.unlink(workspace, scope)?;
        let has_stub = |part: &&str| handout.stubs.iter().any(|(_, stub)| stub.part == **part);
        let missing: Vec<String> =
            scope.parts().iter().filter(|part| !has_stub(part)).map(|&part| part.to_owned()).collect();
        if missing.is_empty() { Ok(handout) } else { Err(Refusal::NothingMarked(missing)) }
    }

    /// What is in it: bytes by path.
    pub fn files(&self) -> impl Iterator<Item = (&Path, &[u8])> {
        self.files.iter().map(|(path, bytes)| (&**path, &**bytes))
    }

    /// The functions that are left to be written, with their files.
    pub fn stubs(&self) -> impl Iterator<Item = (&Path, &Stub)> {
        self.stubs.iter().map(|(path, stub)| (&**path, stub))
    }

    /// The bodies and functions that were taken out.
    pub fn removed(&self) -> &[String] {
        &self.removed
    }

    /// Writes it into a folder, which must be empty or not exist yet.
    ///
    /// # Errors
    /// If there is something in the folder, or it cannot be written.
    pub fn write(&self, dir: &Path) -> Result<(), Refusal> {
        may_be_written(dir)?;
        for (path, bytes) in &self.files {
            let path = dir.join(path);
            let folder = path.parent().unwrap_or(dir);
            let written = fs::create_dir_all(folder).and_then(|()| fs::write(&path, bytes));
            written.map_err(|error| Refusal::Io(path, error))?;
        }
        Ok(())
    }

    fn cut(&mut self, scope: &Scope) -> Result<(), Refusal> {
        let src = Path::new(scope.lab().folder()).join("src");
        let is_solution =
            |path: &&PathBuf| path.extension() == Some(OsStr::new("rs")) && path.starts_with(&src);
        for path in self.files.keys().filter(is_solution).cloned().collect::<Vec<_>>() {
            let Some(text) = self.text(&path)? else { continue };
            let cut =
                cut::solution(&text, scope, &|module| workspace::module_text(&self.files, &path, module));
            let cut = cut.map_err(|error| Refusal::Broken(path.clone(), error.to_string()))?;
            let CutFile { text, stubs, removed, modules } = cut;
            self.files.insert(path.clone(), text.into());
            self.stubs.extend(stubs.into_iter().map(|stub| (path.clone(), stub)));
            self.removed.extend(removed);
            for module in modules {
                workspace::remove_module(&mut self.files, &path, &module);
            }
        }
        Ok(())
    }

    /// The files that are no Rust.
    fn adapt(&mut self, scope: &Scope) -> Result<(), Refusal> {
        type Manifest = fn(&str, &Scope) -> Result<String, toml_edit::TomlError>;
        let commands = COMMANDS.map(|folder| (format!("{folder}/Cargo.toml"), manifest::command as Manifest));
        let manifests = [("Cargo.toml", manifest::workspace as Manifest), ("Cargo.lock", manifest::lock)];
        let manifests = manifests.map(|(path, adapt)| (path.to_owned(), adapt));
        for (path, adapt) in manifests.into_iter().chain(commands) {
            let Some(text) = self.text(Path::new(&path))? else { continue };
            let text =
                adapt(&text, scope).map_err(|error| Refusal::Broken((&path).into(), error.to_string()))?;
            self.files.insert(path.into(), text.into());
        }
        for (path, adapt) in
            [("Makefile", pages::makefile as fn(&str, &Scope) -> String), ("README.md", pages::readme)]
        {
            let Some(text) = self.text(Path::new(path))? else { continue };
            self.files.insert(path.into(), adapt(&text, scope).into());
        }
        let page = pages::handout(scope, &self.stubs().collect::<Vec<_>>());
        self.files.insert(PAGE.into(), page.into());
        Ok(())
    }

    /// Pages speak of what is there.
    fn unlink(&mut self, workspace: &Path, scope: &Scope) -> Result<(), Refusal> {
        let is_page = |path: &&PathBuf| path.extension() == Some(OsStr::new("md"));
        for path in self.files.keys().filter(is_page).cloned().collect::<Vec<_>>() {
            let Some(text) = self.text(&path)? else { continue };
            let is_there = |named: &Path| self.files.keys().any(|path| path.starts_with(named));
            // What the build writes is no page's subject: a handout must not depend on whether it is there.
            let is_absent = |named: &Path| {
                !named.starts_with("target") && workspace.join(named).exists() && !is_there(named)
            };
            let absent = Absent { file: &is_absent, names: &scope.absent_names() };
            let text = links::without_absent(&text, &path, &absent);
            self.files.insert(path, text.into());
        }
        Ok(())
    }

    fn text(&self, path: &Path) -> Result<Option<String>, Refusal> {
        let Some(bytes) = self.files.get(path) else { return Ok(None) };
        let text = String::from_utf8(bytes.clone());
        text.map(Some).map_err(|error| Refusal::Broken(path.to_path_buf(), error.to_string()))
    }
}

/// Checks that nothing would be overwritten.
///
/// # Errors
/// If `dir` is a folder with something in it, or no folder.
fn may_be_written(dir: &Path) -> Result<(), Refusal> {
    match fs::read_dir(dir).map(|mut entries| entries.next().is_none()) {
        Ok(true) => Ok(()),
        Ok(false) => Err(Refusal::NotEmpty(dir.to_path_buf())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
            Err(Refusal::NoFolder(dir.to_path_buf()))
        }
        Err(error) => Err(Refusal::Io(dir.to_path_buf(), error)),
    }
}

/// Makes and writes a handout. Says what stands where.
///
/// # Errors
/// If something is in the way; nothing has been written then, unless writing itself has failed.
pub fn hand_out(lab: Lab, part: Option<&str>, dir: &Path) -> Result<String, Refusal> {
    let scope = Scope::new(lab, part);
    let scope = scope.ok_or_else(|| Refusal::NoSuchPart(lab, part.unwrap_or_default().to_owned()))?;
    may_be_written(dir)?;
    let handout = Handout::new(&find().ok_or(Refusal::NoWorkspace)?, &scope)?;
    handout.write(dir)?;
    let (parts, first) = (scope.parts().join(", "), scope.parts()[0]);
    Ok(format!(
        "{}: {} functions of part {parts} to be written\nbegin with {}; then: make -C {} test-{first}\n",
        dir.display(),
        handout.stubs.len(),
        dir.join(PAGE).display(),
        dir.display(),
    ))
}
