//! Makes sure that the folder of vendored styles and scripts exists, because the program embeds it.
//!
//! Nothing is fetched here: the files come from `make assets`. Without them the program still compiles and works, only
//! without style, and the build says so.

use std::{fs, io, path::Path};

const VENDOR: &str = "assets/vendor";
const NOTICE: &str = "前端文件尚未安装。请在项目根目录运行 make assets，然后重新编译。\n";

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=assets");
    println!("cargo::rerun-if-changed=templates");
    let vendor = Path::new(VENDOR);
    if vendor.join("bootstrap.min.css").exists() {
        return Ok(());
    }
    fs::create_dir_all(vendor)?;
    let notice = vendor.join("NOTICE.txt");
    if !notice.exists() {
        fs::write(notice, NOTICE)?;
    }
    println!("cargo::warning=前端文件缺失：页面将没有样式。请运行 make assets 后重新编译。");
    Ok(())
}
