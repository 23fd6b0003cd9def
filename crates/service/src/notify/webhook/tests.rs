use std::collections::BTreeMap;

use super::*;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// What a receiver was told.
struct Received {
    start: String,
    headers: BTreeMap<String, String>,
    body: String,
}

/// A receiver for one request, with this answer.
async fn receiver(answer: &'static str) -> (u16, JoinHandle<Received>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let served = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut stream = BufReader::new(stream);
        let mut line = String::new();
        stream.read_line(&mut line).await.unwrap();
        let start = line.trim_end().to_owned();
        let mut headers = BTreeMap::new();
        loop {
            line.clear();
            stream.read_line(&mut line).await.unwrap();
            let Some((name, value)) = line.trim_end().split_once(": ") else {
                break;
            };
            headers.insert(name.to_ascii_lowercase(), value.to_owned());
        }
        let mut body = vec![0; headers["content-length"].parse().unwrap()];
        stream.read_exact(&mut body).await.unwrap();
        let answer = format!("HTTP/1.1 {answer}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        stream.write_all(answer.as_bytes()).await.unwrap();
        Received {
            start,
            headers,
            body: String::from_utf8(body).unwrap(),
        }
    });
    (port, served)
}

fn webhook(url: &str, allow_private: bool) -> Webhook {
    Webhook::new(&WebhookConfig {
        url: url.to_owned(),
        secret: Secret::new(SECRET),
        allow_private,
    })
    .unwrap()
}

fn message() -> WebhookMessage {
    WebhookMessage {
        id: "msg_018f".to_owned(),
        body: r#"{"type":"alert","project":"样例项目"}"#.to_owned(),
    }
}

fn now() -> Timestamp {
    "2025-07-30T01:00:00Z".parse().unwrap()
}

#[test]
fn the_signature_agrees_with_the_published_example() {
    // The example of the Standard Webhooks specification's reference libraries.
    let key = key(&Secret::new(SECRET)).unwrap();
    let signature = sign(
        &key,
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "1614265330",
        r#"{"test": 2432232314}"#,
    );
    assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

#[tokio::test]
async fn a_receiver_can_check_what_it_got() {
    let (port, served) = receiver("204 No Content").await;
    webhook(&format!("http://127.0.0.1:{port}/hook?a=1"), true)
        .send(&message(), now())
        .await
        .unwrap();
    let received = served.await.unwrap();
    assert_eq!(received.start, "POST /hook?a=1 HTTP/1.1");
    assert_eq!(received.body, message().body);
    assert_eq!(received.headers["content-type"], "application/json");
    assert_eq!(received.headers["webhook-id"], "msg_018f");
    assert_eq!(
        received.headers["webhook-timestamp"],
        now().as_second().to_string()
    );
    let mut mac =
        Hmac::<Sha256>::new_from_slice(&STANDARD.decode(&SECRET["whsec_".len()..]).unwrap())
            .unwrap();
    mac.update(
        format!(
            "msg_018f.{}.{}",
            received.headers["webhook-timestamp"], received.body
        )
        .as_bytes(),
    );
    let given = received.headers["webhook-signature"]
        .strip_prefix("v1,")
        .unwrap();
    mac.verify_slice(&STANDARD.decode(given).unwrap()).unwrap();
}

#[tokio::test]
async fn answers_decide_whether_it_is_tried_again() {
    for (answer, expected, is_permanent) in [
        (
            "500 Internal Server Error",
            WebhookError::Answer(500),
            false,
        ),
        ("429 Too Many Requests", WebhookError::Answer(429), false),
        ("410 Gone", WebhookError::Gone, true),
    ] {
        let (port, _served) = receiver(answer).await;
        let error = webhook(&format!("http://127.0.0.1:{port}/"), true)
            .send(&message(), now())
            .await
            .unwrap_err();
        assert_eq!((error.is_permanent(), error), (is_permanent, expected));
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let (port, _served) = receiver("302 Found\r\nlocation: http://127.0.0.1:1/").await;
    let error = webhook(&format!("http://127.0.0.1:{port}/"), true)
        .send(&message(), now())
        .await
        .unwrap_err();
    assert_eq!(error, WebhookError::Answer(302));
}

#[tokio::test]
async fn the_own_network_is_refused_by_number_and_by_name() {
    let (port, served) = receiver("200 OK").await;
    for host in [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "2130706433",
        "0x7f.1",
        "[::ffff:127.0.0.1]",
    ] {
        let error = webhook(&format!("http://{host}:{port}/"), false)
            .send(&message(), now())
            .await
            .unwrap_err();
        assert!(
            matches!(error, WebhookError::Private(_)) && error.is_permanent(),
            "{host}: {error}"
        );
    }
    assert!(!served.is_finished());
    served.abort();
}

#[tokio::test]
async fn a_receiver_that_is_not_there_is_tried_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let error = webhook(&format!("http://127.0.0.1:{port}/"), true)
        .send(&message(), now())
        .await
        .unwrap_err();
    assert!(
        !error.is_permanent() && error.to_string().contains("连接不上"),
        "{error}"
    );
}

#[test]
fn addresses_and_keys_that_cannot_be_used_are_named() {
    let cases = [
        ("不是网址", SECRET, "不是网址"),
        ("ftp://example.com/", SECRET, "https://"),
        ("https://user:pass@example.com/", SECRET, "用户名和密码"),
        ("https://example.com/", "whsec_c2hvcnQ=", "至少 24 字节"),
        ("https://example.com/", "whsec_***", "base64"),
    ];
    for (url, secret, words) in cases {
        let config = WebhookConfig {
            url: url.to_owned(),
            secret: Secret::new(secret),
            allow_private: false,
        };
        let error = Webhook::new(&config).err().unwrap();
        assert!(
            error.is_permanent() && error.to_string().contains(words),
            "{error}"
        );
    }
}
