//! What a running program does by itself: the reminders of the day, once, and sending what waits.

use std::time::Duration;

use calendar::Day;
use service::{Outcome, Service};
use tokio::sync::watch;

/// How often it looks whether a new day has begun and whether messages wait.
const EVERY: Duration = Duration::from_secs(60);

/// Works until the program is told to stop. What fails is logged and tried again at the next look.
pub async fn run(service: Service, mut stopped: watch::Receiver<bool>) {
    let mut swept: Option<Day> = None;
    let mut look = tokio::time::interval(EVERY);
    look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = look.tick() => {}
            _ = stopped.wait_for(|stop| *stop) => return,
        }
        let today = service.today();
        if swept != Some(today) && sweep(&service, today).await {
            swept = Some(today);
        }
        send(&service).await;
    }
}

/// Whether the day is done: every region swept, by this program or by another.
async fn sweep(service: &Service, today: Day) -> bool {
    match swept_and_tidied(service, today).await {
        Ok(finished) => finished,
        Err(error) => {
            tracing::error!("每日提醒没有完成，稍后重试：{error}");
            false
        }
    }
}

async fn swept_and_tidied(service: &Service, today: Day) -> Outcome<bool> {
    let swept = service.sweep(today).await?;
    if !swept.busy.is_empty() {
        tracing::info!("另一个程序正在处理每日提醒：{}", swept.busy.join("、"));
        return Ok(false);
    }
    tracing::info!(
        alerts = swept.alerts,
        messages = swept.messages,
        "{today} 的每日提醒已完成"
    );
    service.db().optimize().await?;
    Ok(true)
}

async fn send(service: &Service) {
    match service.send_messages().await {
        Ok(sent) if sent == service::outbox::Sent::default() => {}
        Ok(sent) => {
            tracing::info!(
                sent = sent.sent,
                again = sent.again,
                given_up = sent.given_up,
                "发出邮件和推送"
            );
        }
        Err(error) => tracing::error!("邮件和推送没有发出，稍后重试：{error}"),
    }
}
