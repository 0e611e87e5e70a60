//! The built page is embedded where there is one. When it changes, or is first built, this crate is built again.

use std::path::Path;

fn main() {
    // A path that is not there would count as changed each time.
    let watched = if Path::new("../web/dist").exists() { "../web/dist" } else { "../web" };
    println!("cargo:rerun-if-changed={watched}");
}
