//! The edge knows the domain and the ports, and no room beside it. Its tests know more, so `cargo deny` cannot tell.

use std::process::Command;

#[test]
fn the_edge_stands_on_no_other_room() {
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--package", "gateway", "--edges", "normal,build", "--prefix", "none", "--format", "{p}"])
        .output()
        .expect("cargo runs");
    let text = String::from_utf8_lossy(&tree.stdout);
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let names: Vec<_> = text.lines().filter_map(|line| line.split(' ').next()).collect();
    assert!(names.contains(&"ports"), "the tree is not the gateway's: {text}");
    for room in ["actors", "adapters", "projections", "sagas", "todo", "testkit", "testkit-http"] {
        assert!(!names.contains(&room), "the gateway depends on {room}");
    }
}
