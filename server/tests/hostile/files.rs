//! Serving a folder that holds more than pages.

use super::process::{Process, command, new_folder};
use super::siege::{DESCRIPTORS, stranger};

async fn status(process: &Process, path: &str) -> u16 {
    let site = process.site(stranger(1));
    site.http.get(site.url(path)).send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn attack_18_the_secret_is_not_served() {
    let folder = new_folder();
    let mut command = command(&["--www", "."], DESCRIPTORS, &folder);
    command.env_remove("HOLDFAST_APP_SECRET");
    match Process::run(command, folder) {
        Ok(process) => assert_eq!(status(&process, "/holdfast-app-secret").await, 404),
        Err(log) => assert!(log.contains("holdfast-app-secret"), "{log}"),
    }
}

#[tokio::test]
async fn attack_18_dotfiles_are_not_served() {
    let folder = new_folder();
    let pages = folder.join("pages");
    std::fs::create_dir_all(pages.join(".git")).unwrap();
    for name in [".env", ".git/config", "page.html"] {
        std::fs::write(pages.join(name), "hidden").unwrap();
    }
    let command = command(&["--www", "pages"], DESCRIPTORS, &folder);
    let process = Process::run(command, folder).unwrap();
    assert_eq!(status(&process, "/page.html").await, 200);
    for path in ["/.env", "/.git/config", "/%2eenv", "/x/../.env", "/%2e%2e/.env", "//.env"] {
        assert_eq!(status(&process, path).await, 404, "{path}");
    }
}
