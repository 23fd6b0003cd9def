//! Sign-in throttling: by login, by address, and a lock of the account after repeated failures.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// With so many keys in memory, those that no longer matter are dropped.
const MANY_KEYS: usize = 10_000;

/// How often one may try to sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ThrottleRule {
    /// Tries in one go for a login.
    pub login_burst: NonZeroU32,
    /// After which one more try comes back every so often.
    pub login_refill: Duration,
    /// Tries in one go from an address. Whole offices share one, so it is larger.
    pub address_burst: NonZeroU32,
    /// After which one more try comes back every so often.
    pub address_refill: Duration,
}

impl Default for ThrottleRule {
    /// Ten tries for a login and sixty from an address; then one every 30 seconds and every 2 seconds.
    fn default() -> Self {
        Self {
            login_burst: NonZeroU32::MIN.saturating_add(9),
            login_refill: Duration::from_secs(30),
            address_burst: NonZeroU32::MIN.saturating_add(59),
            address_refill: Duration::from_secs(2),
        }
    }
}

/// Too many tries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("登录尝试太频繁，请在 {seconds} 秒后再试。")]
pub struct Throttled {
    /// Seconds until the next try, rounded up.
    pub seconds: u64,
}

type Limiter<K, C> = RateLimiter<K, DashMapStateStore<K>, C, NoOpMiddleware<<C as Clock>::Instant>>;

/// Counts tries in memory. With several program instances each counts for itself; the lock of the account, which
/// is stored, holds for all.
pub struct SignInThrottle<C: Clock = DefaultClock> {
    by_login: Limiter<String, C>,
    by_address: Limiter<IpAddr, C>,
    clock: C,
}

impl SignInThrottle {
    /// With a rule.
    pub fn new(rule: ThrottleRule) -> Self {
        Self::with_clock(rule, DefaultClock::default())
    }
}

impl<C: Clock + Clone> SignInThrottle<C> {
    /// With a clock of one's own.
    pub fn with_clock(rule: ThrottleRule, clock: C) -> Self {
        Self {
            by_login: RateLimiter::dashmap_with_clock(
                quota(rule.login_burst, rule.login_refill),
                clock.clone(),
            ),
            by_address: RateLimiter::dashmap_with_clock(
                quota(rule.address_burst, rule.address_refill),
                clock.clone(),
            ),
            clock,
        }
    }

    /// Takes note of a try and says whether it may go on.
    ///
    /// # Errors
    ///
    /// [`Throttled`] with the waiting time.
    pub fn check(&self, login: &str, address: IpAddr) -> Result<(), Throttled> {
        self.forget_old_keys();
        let address = network_of(address);
        self.by_address
            .check_key(&address)
            .map_err(|no| self.throttled(no.wait_time_from(self.clock.now())))?;
        let login = login.trim().to_lowercase();
        self.by_login
            .check_key(&login)
            .map_err(|no| self.throttled(no.wait_time_from(self.clock.now())))
    }

    fn throttled(&self, wait: Duration) -> Throttled {
        Throttled {
            seconds: wait.as_secs() + 1,
        }
    }

    fn forget_old_keys(&self) {
        if self.by_login.len() > MANY_KEYS {
            self.by_login.retain_recent();
        }
        if self.by_address.len() > MANY_KEYS {
            self.by_address.retain_recent();
        }
    }
}

fn quota(burst: NonZeroU32, refill: Duration) -> Quota {
    Quota::with_period(refill)
        .unwrap_or_else(|| Quota::per_second(burst))
        .allow_burst(burst)
}

/// One subscriber usually holds a whole /64 of IPv6, so that counts as one address.
fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::from([a, b, c, d, 0, 0, 0, 0])
        }
    }
}

/// When an account is locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LockRule {
    /// So many failures …
    pub failures: u32,
    /// … each within this time of the one before …
    pub within: SignedDuration,
    /// … lock the account for this time.
    pub lock: SignedDuration,
}

impl Default for LockRule {
    /// Five failures, each within 15 minutes of the one before, lock for 15 minutes.
    fn default() -> Self {
        let quarter = SignedDuration::from_mins(15);
        Self {
            failures: 5,
            within: quarter,
            lock: quarter,
        }
    }
}

/// What is stored with an account. The default is the state after a good sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LockState {
    /// Failures in a row.
    pub failures: u32,
    /// The last of them.
    pub last_failure: Option<Timestamp>,
    /// Locked until then.
    pub locked_until: Option<Timestamp>,
}

/// The account is locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("登录失败次数太多，账号已锁定，请在 {minutes} 分钟后再试，或请系统管理员解锁。")]
pub struct Locked {
    /// Minutes until it is open again, rounded up.
    pub minutes: i64,
}

impl LockRule {
    /// Whether a sign-in may be tried now.
    ///
    /// # Errors
    ///
    /// [`Locked`] with the remaining time.
    pub fn check(&self, state: &LockState, now: Timestamp) -> Result<(), Locked> {
        match state.locked_until {
            Some(until) if now < until => Err(Locked {
                minutes: (until.duration_since(now).as_secs() + 59) / 60,
            }),
            _ => Ok(()),
        }
    }

    /// The state after a failure.
    pub fn failed(&self, state: &LockState, now: Timestamp) -> LockState {
        let in_a_row = state
            .last_failure
            .is_some_and(|last| now.duration_since(last) <= self.within);
        let lock_is_over = state.locked_until.is_some_and(|until| now >= until);
        let failures = if in_a_row && !lock_is_over {
            state.failures.saturating_add(1)
        } else {
            1
        };
        let locked_until =
            (failures >= self.failures).then(|| now.saturating_add(self.lock).unwrap_or(now));
        LockState {
            failures,
            last_failure: Some(now),
            locked_until,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use governor::clock::FakeRelativeClock;

    fn throttle(clock: &FakeRelativeClock) -> SignInThrottle<FakeRelativeClock> {
        SignInThrottle::with_clock(ThrottleRule::default(), clock.clone())
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn the_eleventh_try_for_a_login_has_to_wait() {
        let clock = FakeRelativeClock::default();
        let throttle = throttle(&clock);
        for n in 0..10_u8 {
            assert_eq!(throttle.check("Zhao", IpAddr::from([10, 0, 0, n])), Ok(()));
        }
        let refused = throttle.check(" zhao ", address("10.0.0.99")).unwrap_err();
        assert!((29..=31).contains(&refused.seconds), "{refused}");
        assert_eq!(throttle.check("qian", address("10.0.0.99")), Ok(()));
        clock.advance(Duration::from_secs(31));
        assert_eq!(throttle.check("zhao", address("10.0.0.99")), Ok(()));
    }

    #[test]
    fn one_address_cannot_try_many_logins() {
        let throttle = throttle(&FakeRelativeClock::default());
        let refused = (0..100)
            .filter(|n| {
                throttle
                    .check(&format!("u{n}"), address("10.0.0.1"))
                    .is_err()
            })
            .count();
        assert_eq!(refused, 40);
    }

    #[test]
    fn addresses_of_one_ipv6_network_count_as_one() {
        let throttle = throttle(&FakeRelativeClock::default());
        let tries =
            (0..100).map(|n| throttle.check(&format!("u{n}"), address(&format!("2001:db8::{n}"))));
        assert_eq!(tries.filter(Result::is_err).count(), 40);
        assert_eq!(throttle.check("x", address("2001:db8:0:1::1")), Ok(()));
    }

    #[test]
    fn five_failures_in_a_row_lock_the_account_for_a_quarter_of_an_hour() {
        let rule = LockRule::default();
        let now: Timestamp = "2025-07-30T01:00:00Z".parse().unwrap();
        let mut state = LockState::default();
        for _ in 0..5 {
            assert_eq!(rule.check(&state, now), Ok(()));
            state = rule.failed(&state, now);
        }
        assert_eq!(rule.check(&state, now), Err(Locked { minutes: 15 }));
        let later = now + SignedDuration::from_mins(14);
        assert_eq!(rule.check(&state, later), Err(Locked { minutes: 1 }));
        assert_eq!(
            rule.check(&state, now + SignedDuration::from_mins(15)),
            Ok(())
        );
    }

    #[test]
    fn failures_far_apart_or_before_an_ended_lock_are_not_added_up() {
        let rule = LockRule::default();
        let now: Timestamp = "2025-07-30T01:00:00Z".parse().unwrap();
        let four = (0..4).fold(LockState::default(), |state, _| rule.failed(&state, now));
        assert_eq!(
            rule.failed(&four, now + SignedDuration::from_mins(16))
                .failures,
            1
        );
        let locked = rule.failed(&four, now);
        assert_eq!(
            rule.failed(&locked, now + SignedDuration::from_mins(15))
                .failures,
            1
        );
    }
}
