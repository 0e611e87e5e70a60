use std::{fs, path::Path, process::Command};

/// Runs openssl in the folder.
pub(crate) fn openssl(folder: &Path, arguments: &str) {
    let done = Command::new("openssl").current_dir(folder).args(arguments.split(' ')).output().expect("openssl runs");
    assert!(done.status.success(), "openssl {arguments}: {}", String::from_utf8_lossy(&done.stderr));
}

/// A CA, and what it signed for each name on this machine: `NAME.crt`, `NAME.key`.
pub(crate) fn authority(folder: &Path, names: &[&str]) {
    let fresh = "req -newkey rsa:2048 -nodes -days 1";
    openssl(folder, &format!("{fresh} -x509 -keyout ca.key -out ca.crt -subj /CN=ca"));
    fs::write(folder.join("extensions"), "subjectAltName=IP:127.0.0.1,DNS:localhost").expect("a file");
    for name in names {
        openssl(folder, &format!("{fresh} -keyout {name}.key -out {name}.csr -subj /CN={name}"));
        let sign = format!("x509 -req -in {name}.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 1 -extfile extensions -out {name}.crt");
        openssl(folder, &sign);
    }
}
