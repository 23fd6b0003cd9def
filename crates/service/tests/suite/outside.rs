//! A mail server and a webhook's receiver in the test itself, on the loopback interface.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use service::notify::Secret;
use service::notify::mail::{MailConfig, MailTls};
use service::notify::webhook::WebhookConfig;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

pub const KEY: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

type Stream = BufReader<TcpStream>;

/// What a server is told, in order, and what it answers.
pub struct Server<T> {
    port: u16,
    answer: Arc<Mutex<&'static str>>,
    told: Arc<Mutex<Vec<T>>>,
}

impl<T: Clone> Server<T> {
    async fn bound(answer: &'static str) -> (Server<T>, TcpListener) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Server {
            port: listener.local_addr().unwrap().port(),
            answer: Arc::new(Mutex::new(answer)),
            told: Arc::default(),
        };
        (server, listener)
    }

    pub fn answers(&self, answer: &'static str) {
        *self.answer.lock().unwrap() = answer;
    }

    pub fn told(&self) -> Vec<T> {
        self.told.lock().unwrap().clone()
    }
}

/// An e-mail that the server took.
#[derive(Debug, Clone)]
pub struct Letter {
    pub to: String,
    pub head: String,
    pub text: String,
}

pub type MailServer = Server<Letter>;

impl MailServer {
    pub async fn start() -> MailServer {
        let (server, listener) = Server::bound("250 ok").await;
        let (answer, told) = (server.answer.clone(), server.told.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (answer, told) = (answer.clone(), told.clone());
                tokio::spawn(async move { talk(BufReader::new(stream), &answer, &told).await });
            }
        });
        server
    }

    pub fn config(&self) -> MailConfig {
        MailConfig {
            host: "127.0.0.1".into(),
            port: self.port,
            tls: MailTls::None,
            user: None,
            password: None,
            from: "样例市招商服务中心 <luodi@example.com>".into(),
        }
    }
}

async fn talk(mut stream: Stream, answer: &Mutex<&'static str>, told: &Mutex<Vec<Letter>>) {
    say(&mut stream, "220 sink").await;
    let mut to = String::new();
    loop {
        let line = hear(&mut stream).await;
        let verb: String = line.chars().take(4).collect();
        match verb.to_ascii_uppercase().as_str() {
            "EHLO" => say(&mut stream, "250-sink\r\n250 8BITMIME").await,
            "RCPT" => {
                to = line.clone();
                let answer = *answer.lock().unwrap();
                say(&mut stream, answer).await;
            }
            "DATA" => {
                say(&mut stream, "354 go").await;
                let letter = letter(&to, &hear_data(&mut stream).await);
                told.lock().unwrap().push(letter);
                say(&mut stream, "250 taken").await;
            }
            "QUIT" | "" => return,
            _ => say(&mut stream, "250 ok").await,
        }
    }
}

fn letter(to: &str, data: &str) -> Letter {
    let (head, body) = data.split_once("\n\n").unwrap();
    let address = to.split(['<', '>']).nth(1).unwrap();
    let body: String = body.split_whitespace().collect();
    let text = String::from_utf8(STANDARD.decode(body).unwrap()).unwrap();
    Letter {
        to: address.to_string(),
        head: head.to_string(),
        text: text.replace("\r\n", "\n"),
    }
}

async fn say(stream: &mut Stream, line: &str) {
    // The other side may be gone already.
    _ = stream.write_all(format!("{line}\r\n").as_bytes()).await;
}

async fn hear(stream: &mut Stream) -> String {
    let mut line = String::new();
    _ = stream.read_line(&mut line).await;
    line.trim_end().to_owned()
}

async fn hear_data(stream: &mut Stream) -> String {
    let mut data = String::new();
    loop {
        let line = hear(stream).await;
        if line == "." {
            return data;
        }
        data.push_str(&line);
        data.push('\n');
    }
}

/// A message that the receiver was sent.
#[derive(Debug, Clone)]
pub struct Posted {
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

pub type Receiver = Server<Posted>;

impl Receiver {
    pub async fn start() -> Receiver {
        let (server, listener) = Server::bound("204 No Content").await;
        let (answer, told) = (server.answer.clone(), server.told.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let mut stream = BufReader::new(stream);
                let posted = receive(&mut stream).await;
                told.lock().unwrap().push(posted);
                let answer = *answer.lock().unwrap();
                let answer =
                    format!("HTTP/1.1 {answer}\r\ncontent-length: 0\r\nconnection: close\r\n");
                say(&mut stream, &answer).await;
            }
        });
        server
    }

    pub fn config(&self) -> WebhookConfig {
        WebhookConfig {
            url: format!("http://127.0.0.1:{}/luodi", self.port),
            secret: Secret::new(KEY),
            allow_private: true,
        }
    }
}

async fn receive(stream: &mut Stream) -> Posted {
    assert!(hear(stream).await.starts_with("POST /luodi "));
    let mut headers = BTreeMap::new();
    loop {
        let line = hear(stream).await;
        let Some((name, value)) = line.split_once(": ") else {
            break;
        };
        headers.insert(name.to_ascii_lowercase(), value.to_owned());
    }
    let mut body = vec![0; headers["content-length"].parse().unwrap()];
    stream.read_exact(&mut body).await.unwrap();
    let body = String::from_utf8(body).unwrap();
    Posted { headers, body }
}
