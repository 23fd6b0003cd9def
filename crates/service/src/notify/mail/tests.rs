use super::*;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What a mail server was told in one connection.
#[derive(Debug, Default)]
struct Received {
    login: Option<String>,
    from: String,
    to: String,
    data: String,
}

/// A mail server for one connection, which answers the receiver with `answer`.
async fn sink(answer: &'static str) -> (MailConfig, JoinHandle<Received>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let config = MailConfig {
        host: "127.0.0.1".to_owned(),
        port: listener.local_addr().unwrap().port(),
        tls: MailTls::None,
        user: None,
        password: None,
        from: "样例市招商服务中心 <luodi@example.com>".to_owned(),
    };
    let served = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        serve(stream, answer).await
    });
    (config, served)
}

async fn serve(stream: TcpStream, answer: &str) -> Received {
    let mut received = Received::default();
    let mut stream = BufReader::new(stream);
    say(&mut stream, "220 sink").await;
    loop {
        let line = hear(&mut stream).await;
        let verb = line
            .split([' ', ':'])
            .next()
            .unwrap_or_default()
            .to_ascii_uppercase();
        match verb.as_str() {
            "EHLO" => say(&mut stream, "250-sink\r\n250-AUTH PLAIN\r\n250 8BITMIME").await,
            "AUTH" => {
                received.login = line.split(' ').nth(2).map(str::to_owned);
                say(&mut stream, "235 ok").await;
            }
            "MAIL" => {
                received.from = line;
                say(&mut stream, "250 ok").await;
            }
            "RCPT" => {
                received.to = line;
                say(&mut stream, answer).await;
            }
            "DATA" => {
                say(&mut stream, "354 go").await;
                received.data = hear_data(&mut stream).await;
                say(&mut stream, "250 taken").await;
            }
            "QUIT" | "" => {
                say(&mut stream, "221 bye").await;
                return received;
            }
            _ => say(&mut stream, "250 ok").await,
        }
    }
}

async fn say(stream: &mut BufReader<TcpStream>, line: &str) {
    // The other side may be gone already.
    _ = stream.write_all(format!("{line}\r\n").as_bytes()).await;
}

async fn hear(stream: &mut BufReader<TcpStream>) -> String {
    let mut line = String::new();
    _ = stream.read_line(&mut line).await;
    line.trim_end().to_owned()
}

async fn hear_data(stream: &mut BufReader<TcpStream>) -> String {
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

fn mail() -> Mail {
    Mail {
        id: "018f-1".to_owned(),
        to: "sample@example.com".to_owned(),
        subject: "落地提醒：逾期 1 项\r\nBcc: other@example.com".to_owned(),
        text: "样例经理，您好！\n\n【逾期】1 项\n".to_owned(),
    }
}

#[tokio::test]
async fn an_email_reaches_the_server_whole() {
    let (config, served) = sink("250 ok").await;
    Mailer::new(&config).unwrap().send(&mail()).await.unwrap();
    let received = served.await.unwrap();
    assert!(
        received.from.contains("<luodi@example.com>"),
        "{received:?}"
    );
    assert!(received.to.contains("<sample@example.com>"), "{received:?}");
    assert!(
        received.data.contains("Message-ID: <018f-1@example.com>"),
        "{received:?}"
    );
    assert!(
        received
            .data
            .contains("Content-Type: text/plain; charset=utf-8"),
        "{received:?}"
    );
    let (_, body) = received.data.split_once("\n\n").unwrap();
    use base64::Engine as _;
    let body: String = body.split_whitespace().collect();
    let text = base64::engine::general_purpose::STANDARD
        .decode(body)
        .unwrap();
    assert_eq!(
        String::from_utf8(text).unwrap().replace("\r\n", "\n"),
        mail().text
    );
}

#[tokio::test]
async fn a_line_break_in_the_subject_begins_no_header() {
    let (config, served) = sink("250 ok").await;
    Mailer::new(&config).unwrap().send(&mail()).await.unwrap();
    let received = served.await.unwrap();
    assert!(
        !received.data.lines().any(|line| line.starts_with("Bcc")),
        "{received:?}"
    );
}

#[tokio::test]
async fn the_login_is_given_when_there_is_one() {
    let (mut config, served) = sink("250 ok").await;
    config.user = Some("luodi".to_owned());
    config.password = Some(Secret::new("secret"));
    Mailer::new(&config).unwrap().send(&mail()).await.unwrap();
    // PLAIN: NUL luodi NUL secret.
    assert_eq!(
        served.await.unwrap().login.as_deref(),
        Some("AGx1b2RpAHNlY3JldA==")
    );
}

#[tokio::test]
async fn a_refused_receiver_is_final_and_a_busy_server_is_tried_again() {
    let (config, _served) = sink("550 no such user").await;
    let refused = Mailer::new(&config)
        .unwrap()
        .send(&mail())
        .await
        .unwrap_err();
    assert!(
        refused.is_permanent() && refused.to_string().contains("拒收"),
        "{refused}"
    );
    let (config, _served) = sink("451 try later").await;
    let later = Mailer::new(&config)
        .unwrap()
        .send(&mail())
        .await
        .unwrap_err();
    assert!(
        !later.is_permanent() && later.to_string().contains("自动重试"),
        "{later}"
    );
}

#[tokio::test]
async fn a_server_that_is_not_there_is_tried_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (mut config, served) = sink("250 ok").await;
    served.abort();
    config.port = listener.local_addr().unwrap().port();
    drop(listener);
    assert!(
        !Mailer::new(&config)
            .unwrap()
            .send(&mail())
            .await
            .unwrap_err()
            .is_permanent()
    );
}

#[tokio::test]
async fn a_server_that_does_not_speak_tls_gets_no_mail_when_tls_is_wanted() {
    let (mut config, _served) = sink("250 ok").await;
    config.tls = MailTls::StartTls;
    assert!(Mailer::new(&config).unwrap().send(&mail()).await.is_err());
}

#[tokio::test]
async fn a_bad_address_is_named() {
    let (config, served) = sink("250 ok").await;
    let error = Mailer::new(&config)
        .unwrap()
        .send(&Mail {
            to: "样例".to_owned(),
            ..mail()
        })
        .await
        .unwrap_err();
    assert_eq!(error, MailError::Address("样例".to_owned()));
    served.abort();
}

#[test]
fn settings_are_read_and_wrong_ones_named() {
    let read = |pairs: &[(&str, &str)]| {
        let get = |name: &str| {
            pairs
                .iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| (*value).to_owned())
        };
        MailConfig::from_lookup(get, None)
    };
    assert_eq!(read(&[]), Ok(None));
    let config = read(&[
        ("LUODI_SMTP_HOST", "mail.example.com"),
        ("LUODI_SMTP_FROM", "a@example.com"),
    ])
    .unwrap()
    .unwrap();
    assert_eq!((config.tls, config.port), (MailTls::StartTls, 587));
    let cases: [(&[(&str, &str)], &str); 3] = [
        (&[("LUODI_SMTP_HOST", "h")], "LUODI_SMTP_FROM"),
        (
            &[("LUODI_SMTP_HOST", "h"), ("LUODI_SMTP_TLS", "ssl")],
            "none、starttls 或 tls",
        ),
        (
            &[("LUODI_SMTP_HOST", "h"), ("LUODI_SMTP_PORT", "x")],
            "端口号",
        ),
    ];
    for (pairs, words) in cases {
        assert!(
            read(pairs).unwrap_err().to_string().contains(words),
            "{words}"
        );
    }
}
