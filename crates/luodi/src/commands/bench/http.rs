//! A plain HTTP/1.1 client that keeps its connection: it costs little beside what it measures.

use std::io;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

/// Times of the answers of one run.
#[derive(Debug, Clone, Default)]
pub struct Times {
    sorted: Vec<Duration>,
    /// Answers per second, all clients together.
    pub per_second: f64,
}

impl Times {
    fn of(mut all: Vec<Duration>, took: Duration) -> Times {
        all.sort_unstable();
        Times {
            per_second: all.len() as f64 / took.as_secs_f64(),
            sorted: all,
        }
    }

    /// The time within which this share (in percent) of the answers came.
    pub fn percentile(&self, percent: usize) -> Duration {
        let at = (self.sorted.len() * percent / 100).min(self.sorted.len().saturating_sub(1));
        self.sorted.get(at).copied().unwrap_or_default()
    }
}

/// A connection that is kept.
pub struct Client {
    stream: BufReader<TcpStream>,
    host: String,
    cookie: String,
}

/// What came back.
pub struct Reply {
    /// Status.
    pub status: u16,
    /// Headers as text.
    pub head: String,
    /// Body.
    pub body: Vec<u8>,
}

impl Client {
    /// Connects to `host:port`.
    pub async fn connect(host: &str) -> io::Result<Client> {
        let stream = TcpStream::connect(host).await?;
        stream.set_nodelay(true)?;
        Ok(Client {
            stream: BufReader::with_capacity(64 * 1024, stream),
            host: host.to_string(),
            cookie: String::new(),
        })
    }

    /// Sends this cookie from now on.
    pub fn with_cookie(mut self, cookie: &str) -> Client {
        self.cookie = cookie.to_string();
        self
    }

    /// A look.
    pub async fn get(&mut self, path: &str) -> io::Result<Reply> {
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\n\r\n",
            self.host, self.cookie
        );
        self.exchange(&request).await
    }

    /// A form.
    pub async fn post(&mut self, path: &str, form: &str) -> io::Result<Reply> {
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
             Content-Length: {}\r\n\r\n{form}",
            self.host,
            self.cookie,
            form.len()
        );
        self.exchange(&request).await
    }

    async fn exchange(&mut self, request: &str) -> io::Result<Reply> {
        self.stream.get_mut().write_all(request.as_bytes()).await?;
        let head = self.head().await?;
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok())
            .unwrap_or(0);
        let body =
            match header(&head, "content-length").and_then(|length| length.parse::<usize>().ok()) {
                Some(length) => self.exactly(length).await?,
                None if header(&head, "transfer-encoding").is_some() => self.chunks().await?,
                None => Vec::new(),
            };
        Ok(Reply { status, head, body })
    }

    async fn head(&mut self) -> io::Result<String> {
        let mut head = Vec::with_capacity(1024);
        while !head.ends_with(b"\r\n\r\n") {
            head.push(self.stream.read_u8().await?);
        }
        Ok(String::from_utf8_lossy(&head).into_owned())
    }

    async fn exactly(&mut self, length: usize) -> io::Result<Vec<u8>> {
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).await?;
        Ok(body)
    }

    async fn chunks(&mut self) -> io::Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let mut line = Vec::new();
            while !line.ends_with(b"\r\n") {
                line.push(self.stream.read_u8().await?);
            }
            let size = String::from_utf8_lossy(&line);
            let size = usize::from_str_radix(size.trim(), 16).map_err(io::Error::other)?;
            let chunk = self.exactly(size + 2).await?;
            if size == 0 {
                return Ok(body);
            }
            body.extend(chunk.get(..size).unwrap_or_default());
        }
    }
}

/// A header's value.
pub fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, v)| v.trim())
}

/// Asks for `path` from `clients` connections for some time; every answer must be 200.
pub async fn load(
    host: &str,
    path: &str,
    cookie: &str,
    clients: usize,
    long: Duration,
) -> io::Result<Times> {
    let begun = Instant::now();
    let mut running = Vec::with_capacity(clients);
    for _ in 0..clients {
        let (host, path, cookie) = (host.to_string(), path.to_string(), cookie.to_string());
        running.push(tokio::spawn(async move {
            ask_for(&host, &path, &cookie, begun + long).await
        }));
    }
    let mut all = Vec::new();
    for one in running {
        all.extend(one.await.map_err(io::Error::other)??);
    }
    Ok(Times::of(all, begun.elapsed()))
}

async fn ask_for(
    host: &str,
    path: &str,
    cookie: &str,
    until: Instant,
) -> io::Result<Vec<Duration>> {
    let mut client = Client::connect(host).await?.with_cookie(cookie);
    let mut times = Vec::new();
    // At least once, however short the time is.
    while times.is_empty() || Instant::now() < until {
        let asked = Instant::now();
        let reply = client.get(path).await?;
        if reply.status != 200 {
            return Err(io::Error::other(format!("{path} 回答 {}", reply.status)));
        }
        times.push(asked.elapsed());
    }
    Ok(times)
}

/// Times a look that is not HTTP, one after another, for some time.
pub async fn repeat<F: Future<Output = io::Result<()>>>(
    mut work: impl FnMut() -> F,
    long: Duration,
) -> io::Result<Times> {
    let begun = Instant::now();
    let mut times = Vec::new();
    while times.is_empty() || begun.elapsed() < long {
        let asked = Instant::now();
        work().await?;
        times.push(asked.elapsed());
    }
    Ok(Times::of(times, begun.elapsed()))
}
