//! Long looks that go on in the background: how far they are and what they found stands in the database, so that any
//! instance can show it and the page can be left.

use std::future::Future;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use store::events::{StoredEvent, StreamEvent};
use store::{Batch, views};

use crate::clock::display_minute;
use crate::{Outcome, Service, ServiceError};

/// After so long without a sign of life a job is given up.
const SILENT: SignedDuration = SignedDuration::from_mins(3);

/// What is to be done, for whom.
#[derive(Debug, Clone)]
pub(crate) struct Job {
    pub(crate) region: String,
    /// One job of a name at a time.
    pub(crate) name: String,
    pub(crate) by: String,
}

/// As it stands in the database.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Kept {
    state: State,
    done: u64,
    by: String,
    began: Timestamp,
    seen: Timestamp,
    #[serde(default)]
    found: Option<serde_json::Value>,
    #[serde(default)]
    failure: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum State {
    Running,
    Done,
    Failed,
}

/// A job as pages show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobView<T> {
    /// Still going on.
    pub running: bool,
    /// How far.
    pub done: u64,
    /// Who had it done.
    pub by: String,
    /// When it began.
    pub began: String,
    /// What it found.
    pub found: Option<T>,
    /// Why it found nothing.
    pub failure: Option<String>,
}

/// Says how far a job is.
#[derive(Clone)]
pub(crate) struct Progress {
    service: Service,
    job: Job,
    began: Timestamp,
}

impl Progress {
    /// Notes how far it is. A note that cannot be written does not stop the work.
    pub(crate) async fn note(&self, done: u64) {
        let kept = self.kept(State::Running, done);
        if let Err(error) = self.service.keep_job(&self.job, &kept).await {
            tracing::warn!(job = self.job.name, %error, "progress was not noted");
        }
    }

    fn kept(&self, state: State, done: u64) -> Kept {
        let seen = self.service.now();
        Kept {
            state,
            done,
            by: self.job.by.clone(),
            began: self.began,
            seen,
            found: None,
            failure: None,
        }
    }
}

impl Service {
    /// Begins a job unless it is going on, and waits for it no longer than `patience`.
    pub(crate) async fn start_job<T, W, F>(
        &self,
        job: Job,
        work: W,
        patience: Duration,
    ) -> Outcome<()>
    where
        T: Serialize + Send + 'static,
        W: FnOnce(Progress) -> F + Send + 'static,
        F: Future<Output = Outcome<T>> + Send + 'static,
    {
        let now = self.now();
        if let Some(kept) = self.kept_job(&job.region, &job.name).await?
            && kept.is_alive(now)
        {
            return Err(ServiceError::Conflict(
                "这项工作正在进行，请稍候刷新本页查看结果".into(),
            ));
        }
        let progress = Progress {
            service: self.clone(),
            job,
            began: now,
        };
        self.keep_job(&progress.job, &progress.kept(State::Running, 0))
            .await?;
        let running = tokio::spawn(async move {
            let found = work(progress.clone()).await;
            progress.finish(found).await;
        });
        // Running out of patience leaves the work going.
        let _ = tokio::time::timeout(patience, running).await;
        Ok(())
    }

    /// A job, when it was ever begun.
    pub(crate) async fn job<T: DeserializeOwned>(
        &self,
        region: &str,
        name: &str,
    ) -> Outcome<Option<JobView<T>>> {
        let Some(kept) = self.kept_job(region, name).await? else {
            return Ok(None);
        };
        let running = kept.is_alive(self.now());
        let broken = kept.state == State::Running && !running;
        let failure = if broken {
            Some("工作中断，没有结果，请重新开始".into())
        } else {
            kept.failure
        };
        Ok(Some(JobView {
            running,
            done: kept.done,
            by: kept.by,
            began: display_minute(kept.began),
            found: kept.found.map(serde_json::from_value).transpose()?,
            failure,
        }))
    }

    async fn kept_job(&self, region: &str, name: &str) -> Outcome<Option<Kept>> {
        let text = views::setting(self.db(), region, &format!("job:{name}")).await?;
        Ok(text.map(|text| serde_json::from_str(&text)).transpose()?)
    }

    async fn keep_job(&self, job: &Job, kept: &Kept) -> Outcome<()> {
        let mut batch = Batch::new();
        views::set_setting(
            &mut batch,
            &job.region,
            &format!("job:{}", job.name),
            &serde_json::to_string(kept)?,
        );
        self.db().write(batch).await?;
        Ok(())
    }
}

impl Progress {
    async fn finish<T: Serialize>(self, found: Outcome<T>) {
        let mut kept = self.kept(State::Done, 0);
        match found.and_then(|found| Ok(serde_json::to_value(found)?)) {
            Ok(found) => kept.found = Some(found),
            Err(error) => {
                tracing::error!(job = self.job.name, %error, "job failed");
                kept.state = State::Failed;
                kept.failure = Some(match error {
                    ServiceError::Failed(_) => "系统故障，没有结果。请稍后重试".into(),
                    other => other.to_string(),
                });
            }
        }
        if let Err(error) = self.service.keep_job(&self.job, &kept).await {
            tracing::error!(job = self.job.name, %error, "result was not kept");
        }
    }
}

impl Kept {
    fn is_alive(&self, now: Timestamp) -> bool {
        let silent_since = now.checked_sub(SILENT).unwrap_or(Timestamp::MIN);
        self.state == State::Running && self.seen >= silent_since
    }
}

/// Puts chunks of facts together to whole streams; the end (`None`) completes the last.
pub(crate) fn whole_streams(
    open: &mut Option<(String, Vec<StoredEvent>)>,
    chunk: Option<Vec<StreamEvent>>,
) -> Vec<(String, Vec<StoredEvent>)> {
    let mut whole = Vec::new();
    let Some(chunk) = chunk else {
        whole.extend(open.take());
        return whole;
    };
    for fact in chunk {
        match &mut *open {
            Some((stream, facts)) if *stream == fact.stream => facts.push(fact.event),
            open => whole.extend(open.replace((fact.stream, vec![fact.event]))),
        }
    }
    whole
}
