//! Projects whose clock an open exemption stops: what they are due by moves on day by day, without any fact. Their rows
//! are worked out again once a day; which day that was is kept, so that a check works them out as of the same day.

use calendar::Day;
use store::{Batch, performance, views};

use crate::projection::Projected;
use crate::projects::Loaded;
use crate::{Outcome, Service};

/// The setting that keeps the day.
const COUNTED: &str = "suspended-counted";

/// State of an exemption that goes on, in the performance entries.
pub(crate) const RUNNING: &str = "running";

impl Service {
    /// Works the rows of the suspended projects of a region out as of `day`, or of today when that lies ahead; once a
    /// day.
    pub(crate) async fn count_suspended(&self, region: &str, day: Day) -> Outcome<()> {
        let day = day.min(self.today());
        let counted = self.suspended_counted(region).await?;
        if counted.is_some_and(|counted| counted >= day) {
            return Ok(());
        }
        let mut batch = Batch::new();
        views::set_setting(&mut batch, region, COUNTED, &day.to_string());
        self.db().write(batch).await?;
        for project in performance::in_state(self.db(), region, "exemption", RUNNING).await? {
            self.project_again(region, &project).await?;
        }
        Ok(())
    }

    /// The day as of which suspended projects were worked out last.
    pub(crate) async fn suspended_counted(&self, region: &str) -> Outcome<Option<Day>> {
        let day = views::setting(self.db(), region, COUNTED).await?;
        Ok(day.and_then(|day| day.parse().ok()))
    }

    /// The rows of a project as they have to be by now.
    pub(crate) fn projected(&self, loaded: &Loaded, counted: Option<Day>) -> Outcome<Projected> {
        Projected::as_of(loaded, &loaded.events, &self.calendar(), counted)
    }
}
