//! The least of a browser: signing in, reading a page, sending a form. No keep-alive, so that every answer is whole.

use std::io::{Read, Write};
use std::net::TcpStream;

/// An answer of the program.
pub struct Answer {
    /// 200, 303 …
    pub status: u16,
    head: String,
    /// The page.
    pub body: String,
}

/// Somebody who is signed in.
#[derive(Clone)]
pub struct Browser {
    address: String,
    cookie: String,
}

impl Browser {
    /// Signs in at `http://127.0.0.1:…`.
    pub fn sign_in(address: &str, login: &str, password: &str) -> Browser {
        let mut browser = Browser {
            address: address.strip_prefix("http://").unwrap().to_owned(),
            cookie: String::new(),
        };
        let form = [("login", login), ("password", password)];
        let answer = browser
            .send("/sign-in", &form)
            .expect("the program answers");
        assert_eq!(answer.status, 303, "{}", answer.body);
        let cookie = answer
            .head
            .lines()
            .find_map(|line| line.strip_prefix("set-cookie: luodi_session="));
        let token = cookie
            .and_then(|cookie| cookie.split(';').next())
            .expect("a session");
        browser.cookie = format!("luodi_session={token}");
        browser
    }

    /// Reads a page.
    pub fn read(&self, path: &str) -> Option<Answer> {
        self.request(&format!("GET {path} HTTP/1.1\r\n{}\r\n", self.headers()))
    }

    /// Sends a form; nothing when the program is gone before it has answered.
    pub fn send(&self, path: &str, fields: &[(&str, &str)]) -> Option<Answer> {
        let body: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("{name}={}", encoded(value)))
            .collect();
        let body = body.join("&");
        let kind = "content-type: application/x-www-form-urlencoded\r\n";
        let length = format!("content-length: {}\r\n", body.len());
        self.request(&format!(
            "POST {path} HTTP/1.1\r\n{}{kind}{length}\r\n{body}",
            self.headers()
        ))
    }

    /// The token with which forms of this session are sent.
    pub fn csrf(&self, path: &str) -> String {
        let page = self.read(path).expect("the program answers").body;
        let (_, rest) = page.split_once("name=\"csrf\" value=\"").expect("a form");
        rest.split('"').next().unwrap().to_owned()
    }

    fn headers(&self) -> String {
        format!(
            "host: {}\r\nconnection: close\r\ncookie: {}\r\n",
            self.address, self.cookie
        )
    }

    fn request(&self, request: &str) -> Option<Answer> {
        let mut stream = TcpStream::connect(&self.address).ok()?;
        stream.write_all(request.as_bytes()).ok()?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).ok()?;
        let answer = String::from_utf8_lossy(&answer);
        let (head, body) = answer.split_once("\r\n\r\n")?;
        let status = head.split(' ').nth(1)?.parse().ok()?;
        Some(Answer {
            status,
            head: head.to_owned(),
            body: body.to_owned(),
        })
    }
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
