//! `luodi serve`: the pages, and the work of the day beside them.

use std::net::SocketAddr;
use std::time::Duration;

use clap::Args;
use service::{Clock, Service};
use tokio::net::TcpListener;
use tokio::sync::watch;
use web::{App, WebConfig};

use crate::failure::{Answer, Failure};
use crate::installation::{Place, block_on};
use crate::{daily, output};

/// How long open requests may take to end after a stop was asked for.
const PATIENCE: Duration = Duration::from_secs(10);

/// `luodi serve`.
#[derive(Debug, Args)]
#[command(
    about = "启动网页服务；每日提醒在后台进行",
    after_help = "密钥、邮件、webhook 等由环境变量设置，见 docs/guide-operators.md。按 Ctrl-C 停止。"
)]
pub struct Serve {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    door: Door,
}

/// Where and how pages are offered.
#[derive(Debug, Clone, Args)]
pub struct Door {
    #[arg(
        long,
        env = "LUODI_LISTEN",
        value_name = "地址",
        default_value = "127.0.0.1:8080",
        value_parser = address,
        help = "监听地址；端口写 0 时自动选择并显示"
    )]
    listen: SocketAddr,
    #[arg(
        long,
        env = "LUODI_BEHIND_PROXY",
        help = "前面有反向代理：采信 X-Forwarded-For 中的访问者地址"
    )]
    behind_proxy: bool,
    #[arg(
        long,
        env = "LUODI_SECURE_COOKIES",
        help = "只在 HTTPS 上发送登录凭据；对外服务时应当打开"
    )]
    secure_cookies: bool,
}

fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse()
        .map_err(|_| "请写成 地址:端口，如 127.0.0.1:8080 或 0.0.0.0:8080。".to_owned())
}

impl Serve {
    /// Serves until it is told to stop.
    pub fn run(self) -> Answer {
        crate::log::start();
        block_on(async {
            let service = self.place.open_or_make(Clock::system()).await?;
            let open = self.door.open(service).await?;
            output::say(&format!("已启动：{}", open.address()));
            open.serve().await
        })
    }
}

impl Door {
    /// Takes the address; nobody is answered yet.
    pub async fn open(&self, service: Service) -> Result<Open, Failure> {
        let listener = TcpListener::bind(self.listen).await.map_err(|error| {
            Failure::because(format!(
                "地址 {} 无法监听：{}",
                self.listen,
                bind_trouble(&error)
            ))
        })?;
        let local = listener.local_addr().map_err(Failure::because)?;
        let config = WebConfig {
            secure_cookies: self.secure_cookies,
            behind_proxy: self.behind_proxy,
        };
        Ok(Open {
            service,
            listener,
            local,
            config,
        })
    }
}

fn bind_trouble(error: &std::io::Error) -> String {
    use std::io::ErrorKind;
    match error.kind() {
        ErrorKind::AddrInUse => {
            "端口已被占用。请停掉占用它的程序，或用 --listen 换一个端口。".to_owned()
        }
        ErrorKind::PermissionDenied => {
            "没有权限。1024 以下的端口需要系统权限，请换一个端口。".to_owned()
        }
        ErrorKind::AddrNotAvailable => "本机没有这个地址。请核对 --listen。".to_owned(),
        _ => format!("{error}。"),
    }
}

/// A taken address.
pub struct Open {
    service: Service,
    listener: TcpListener,
    local: SocketAddr,
    config: WebConfig,
}

impl Open {
    /// Where a browser finds it.
    pub fn address(&self) -> String {
        let mut shown = self.local;
        if shown.ip().is_unspecified() {
            shown.set_ip(std::net::Ipv4Addr::LOCALHOST.into());
        }
        format!("http://{shown}")
    }

    /// Answers until the program is told to stop, then lets open requests end.
    pub async fn serve(self) -> Answer {
        let (stop, stopped) = watch::channel(false);
        tokio::spawn(async move {
            told_to_stop().await;
            let _ = stop.send(true);
        });
        let daily = tokio::spawn(daily::run(self.service.clone(), stopped.clone()));
        let pages = web::app(App {
            service: self.service.clone(),
            config: self.config,
        })
        .into_make_service_with_connect_info::<SocketAddr>();
        let serving =
            axum::serve(self.listener, pages).with_graceful_shutdown(asked(stopped.clone()));
        tokio::select! {
            ended = serving => ended.map_err(|error| Failure::because(format!("网页服务中断：{error}。")))?,
            () = too_long(stopped) => tracing::warn!("仍有未完成的请求，不再等待"),
        }
        daily.abort();
        self.service.db().close().await;
        output::complain("已停止。");
        Ok(())
    }
}

async fn asked(mut stopped: watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stop| *stop).await;
}

async fn too_long(stopped: watch::Receiver<bool>) {
    asked(stopped).await;
    tokio::time::sleep(PATIENCE).await;
}

/// Ctrl-C, or what a service manager sends.
async fn told_to_stop() {
    let interrupt = async {
        let _ = tokio::signal::ctrl_c().await;
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}
