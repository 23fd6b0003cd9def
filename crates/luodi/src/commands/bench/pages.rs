//! Pages over HTTP, from a server process of its own, beside the bare SQL of the same rows and an empty route.

use std::io::{self, BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use axum::Router;
use axum::routing::get;
use service::Service;
use store::leads::{self, LeadFilter};
use store::ledger::{self, LedgerFilter, Light, Sort, SortBy};
use store::matters::{self, MatterQuery, Tab};

use super::closed_loop;
use super::http::{self, Client, Times, header};
use super::installation::{Folder, LOGIN, PASSWORD, REGION};
use super::report::Report;
use crate::failure::{Answer, Failure};

/// The first page as people open it, and filtered and sorted.
const FIRST: &str = "/projects";
const FILTERED: &str = "/projects?light=red&sector=industry&sort=investment";
/// Matters of one kind that are open, of all units.
const MATTERS: &str = "/matters?tab=all&kind=assignment&phase=open&sort=due";

/// A server process.
struct Server {
    child: Child,
    host: String,
    ready_after: Duration,
}

impl Server {
    fn start(args: &[&str]) -> io::Result<Server> {
        let begun = Instant::now();
        let mut child = Command::new(std::env::current_exe()?)
            .args(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let stdout = child
            .stdout
            .take()
            .ok_or_else(|| io::Error::other("no output"))?;
        for line in BufReader::new(stdout).lines() {
            let line = line?;
            if let Some((_, rest)) = line.split_once("http://") {
                let host: String = rest
                    .chars()
                    .take_while(|c| c.is_ascii_digit() || ".:".contains(*c))
                    .collect();
                return Ok(Server {
                    child,
                    host,
                    ready_after: begun.elapsed(),
                });
            }
        }
        Err(io::Error::other("服务没有启动"))
    }

    /// A line of `/proc/…/status`, in MiB.
    fn memory(&self, line: &str) -> f64 {
        memory_of(self.child.id(), line)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A line of `/proc/…/status` of a process, in MiB.
pub fn memory_of(process: u32, line: &str) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let value = status
        .lines()
        .find_map(|l| l.strip_prefix(line))
        .unwrap_or_default();
    let kib = value
        .chars()
        .filter(char::is_ascii_digit)
        .collect::<String>()
        .parse::<f64>()
        .unwrap_or(0.0);
    kib / 1024.0
}

/// An empty route, for comparison.
pub async fn serve_empty() -> Answer {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .map_err(Failure::because)?;
    let address = listener.local_addr().map_err(Failure::because)?;
    crate::output::say(&format!("http://{address}"));
    axum::serve(listener, Router::new().route("/", get(|| async { "" })))
        .await
        .map_err(Failure::because)
}

/// The store's own first pages, without HTTP, service or template.
pub async fn bare_sql(
    service: &Service,
    size: usize,
    long: Duration,
    report: &mut Report,
) -> Answer {
    let first = LedgerFilter {
        today: service.today(),
        ..LedgerFilter::default()
    };
    let filtered = LedgerFilter {
        light: Some(Light::Red),
        sectors: vec!["industry".into()],
        ..first.clone()
    };
    let pages = [
        ("台账首页：裸 SQL", first, SortBy::Updated),
        (
            "台账首页（筛选、排序）：裸 SQL",
            filtered,
            SortBy::Investment,
        ),
    ];
    for (what, filter, by) in pages {
        let sort = Sort {
            by,
            descending: true,
        };
        let times = http::repeat(
            || async {
                let rows = ledger::page(service.db(), REGION, &filter, sort, None, 50).await;
                rows.map(|_| ()).map_err(io::Error::other)
            },
            long,
        );
        add(report, what, size, &times.await.map_err(Failure::because)?);
    }
    Ok(())
}

/// The board's and the matters' own statements, likewise.
pub async fn bare_sql_of_the_loop(
    service: &Service,
    size: usize,
    long: Duration,
    report: &mut Report,
) -> Answer {
    let (db, region) = (service.db(), closed_loop::REGION);
    let all = LeadFilter::default();
    let board = http::repeat(
        || async {
            let board = leads::board(db, region, &all, 20).await;
            board.map(|_| ()).map_err(io::Error::other)
        },
        long,
    );
    let board = board.await.map_err(Failure::because)?;
    add(report, "线索看板：裸 SQL", size, &board);
    let mine = MatterQuery {
        region: region.into(),
        unit: closed_loop::PARK_UNIT.into(),
        sees_all: false,
        tab: Tab::Mine,
        today: service.today(),
        kind: String::new(),
        phase: String::new(),
        lead: String::new(),
        project: String::new(),
        issued_from: None,
        issued_to: None,
        handled: None,
        text: String::new(),
        sort: matters::Sort::Due,
    };
    let list = http::repeat(
        || async {
            let lines = matters::list(db, &mine, 0, 51).await;
            lines.map(|_| ()).map_err(io::Error::other)
        },
        long,
    );
    let list = list.await.map_err(Failure::because)?;
    add(report, "事项清单（我承办的）：裸 SQL", size, &list);
    Ok(())
}

/// A page that is asked for.
struct Look<'a> {
    what: &'a str,
    server: &'a Server,
    cookie: &'a str,
    path: &'a str,
}

/// Start-up, memory and pages.
pub async fn measure(folder: &Folder, size: usize, long: Duration, report: &mut Report) -> Answer {
    let data = folder.path.to_string_lossy().into_owned();
    let server = Server::start(&["serve", "--data", &data, "--listen", "127.0.0.1:0"])
        .map_err(Failure::because)?;
    report.add_with_target(
        "启动到可用",
        size,
        millis(server.ready_after),
        "毫秒",
        "≤ 300",
    );
    tokio::time::sleep(Duration::from_secs(1)).await;
    report.add_with_target("空闲内存", size, server.memory("VmRSS:"), "MiB", "≤ 60");

    let empty = Server::start(&["bench", "--serve-empty"]).map_err(Failure::because)?;
    let centre = sign_in(&server.host, LOGIN).await?;
    let opening = sign_in(&server.host, closed_loop::OPENING).await?;
    let park = sign_in(&server.host, closed_loop::PARK).await?;
    let leader = sign_in(&server.host, closed_loop::LEADER).await?;
    let project = first_project(&server.host, &centre)
        .await
        .map_err(Failure::because)?;
    let matter = format!("/matters/{}", closed_loop::a_matter());
    let look = |what, cookie, path| Look {
        what,
        server: &server,
        cookie,
        path,
    };
    let looks = [
        Look {
            server: &empty,
            ..look("空路由", "", "/")
        },
        look("台账首页", &centre, FIRST),
        look("台账首页（筛选、排序）", &centre, FILTERED),
        look("项目页", &centre, &project),
        look("工作台", &centre, "/"),
        look("总览（工作台打开后再取）", &centre, "/overview"),
        look("台账合计（台账打开后再取）", &centre, "/projects/totals"),
        look("线索看板", &opening, "/leads"),
        look("线索列表", &opening, "/leads?view=list"),
        look("事项清单（我承办的）", &park, "/matters"),
        look("事项清单（全部、筛选、按时限）", &opening, MATTERS),
        look("事项页", &opening, &matter),
        look("工作台（市开放办）", &opening, "/"),
        look("市领导页", &leader, "/leaders"),
        look("报表页", &opening, "/reports"),
        look("附件4 页", &opening, "/reports/forms/xiangtan-4"),
    ];
    for clients in [1, 16] {
        for look in &looks {
            let times = http::load(&look.server.host, look.path, look.cookie, clients, long)
                .await
                .map_err(Failure::because)?;
            add(
                report,
                &format!("{}：{clients} 个客户端", look.what),
                size,
                &times,
            );
        }
    }
    report.add("测量后内存", size, server.memory("VmRSS:"), "MiB");
    Ok(())
}

fn add(report: &mut Report, what: &str, size: usize, times: &Times) {
    report.add(
        format!("{what}，中位"),
        size,
        millis(times.percentile(50)),
        "毫秒",
    );
    report.add(
        format!("{what}，p99"),
        size,
        millis(times.percentile(99)),
        "毫秒",
    );
    report.add(what, size, times.per_second, "次/秒");
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// Signs in; the answer is the cookie.
async fn sign_in(host: &str, login: &str) -> Result<String, Failure> {
    let form = format!("login={login}&password={PASSWORD}&next=");
    let mut client = Client::connect(host).await.map_err(Failure::because)?;
    let reply = client.post("/sign-in", &form).await;
    let reply = reply.map_err(Failure::because)?;
    let cookie = header(&reply.head, "set-cookie").and_then(|cookie| cookie.split(';').next());
    cookie
        .map(str::to_string)
        .ok_or_else(|| Failure::because(format!("{login} 登录没有成功")))
}

/// The address of the first project in the ledger.
async fn first_project(host: &str, cookie: &str) -> io::Result<String> {
    let mut client = Client::connect(host).await?.with_cookie(cookie);
    let reply = client.get(FIRST).await?;
    let page = String::from_utf8_lossy(&reply.body);
    let links = page
        .split("href=\"/projects/")
        .skip(1)
        .filter_map(|rest| rest.split('"').next());
    let project = links.into_iter().find(|id| id.len() == 36);
    project
        .map(|id| format!("/projects/{id}"))
        .ok_or_else(|| io::Error::other("台账首页没有项目"))
}
