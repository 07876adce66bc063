//! The account that pays: locked until it is needed, and opened ahead of time only on good grounds.

use std::time::{Duration, Instant};

use alloy_primitives::Address;
use tokio::sync::oneshot;

use super::error::Error;
use super::signer::Signer;
use crate::pay::Wallet;
use crate::scheme::{SignRequest, Signature};
use crate::threads;

/// How to come by the signer: read a file, derive a key, ask for a password. Who is asked has until the
/// moment given, if there is one.
pub type Open<E> = Box<dyn FnOnce(Option<Instant>) -> Result<Signer, E> + Send>;

/// How to find out that there is no key, without opening anything.
pub type Look<E> = Box<dyn Fn() -> Result<(), E>>;

/// An account, locked or open.
pub struct Account<E> {
    state: State<E>,
    asks: bool,
    look: Look<E>,
}

enum State<E> {
    Locked(Open<E>),
    /// Being opened on another thread, which gives the recipe back if there were no grounds.
    Early(oneshot::Receiver<Result<Result<Signer, E>, Open<E>>>),
    Opened(Signer),
    /// Opening failed, and has been reported.
    Spent,
}

impl<E: Send + 'static> Account<E> {
    /// A locked account.
    pub fn locked(open: Open<E>) -> Self {
        Self { state: State::Locked(open), asks: false, look: Box::new(|| Ok(())) }
    }

    /// Says how to find out that the recipe will fail for want of a key.
    #[must_use]
    pub fn that_looks(self, look: Look<E>) -> Self {
        Self { look, ..self }
    }

    /// Says whether the recipe asks somebody.
    #[must_use]
    pub fn that_asks(self, asks: bool) -> Self {
        Self { asks, ..self }
    }

    /// Whether unlocking it will ask somebody.
    pub fn will_ask(&self) -> bool {
        self.asks && matches!(self.state, State::Locked(_))
    }

    /// Begins to open it on another thread if `grounds` hold there, so that deriving a key overlaps
    /// the first round trip. For a recipe that asks nobody anything. The thread is not waited for
    /// unless the key is needed.
    #[must_use]
    pub fn open_early(self, grounds: impl FnOnce() -> bool + Send + 'static) -> Self {
        match self.state {
            State::Locked(open) => {
                let (tell, told) = oneshot::channel();
                let begun = threads::start("wallet", open, move |open: Open<E>| {
                    // Nobody listening means that the key was not needed.
                    let _ = tell.send(if grounds() { Ok(open(None)) } else { Err(open) });
                });
                let state = match begun {
                    Ok(()) => State::Early(told),
                    Err(open) => State::Locked(open),
                };
                Self { state, ..self }
            }
            state => Self { state, ..self },
        }
    }
}

impl<E: From<Error> + Send + 'static> Wallet for Account<E> {
    type Error = E;

    fn look(&self) -> Result<(), E> {
        match self.state {
            State::Locked(_) => (self.look)(),
            State::Early(_) | State::Opened(_) | State::Spent => Ok(()),
        }
    }

    async fn unlock(&mut self, until: Option<Instant>) -> Result<Address, E> {
        let signer = match std::mem::replace(&mut self.state, State::Spent) {
            State::Opened(signer) => signer,
            State::Locked(open) => beside(open, until).await?,
            State::Early(told) => match told.await {
                Ok(Ok(opened)) => opened?,
                Ok(Err(open)) => beside(open, until).await?,
                Err(_) => return Err(Error::Locked.into()),
            },
            State::Spent => return Err(Error::Locked.into()),
        };
        let address = signer.address();
        self.state = State::Opened(signer);
        Ok(address)
    }

    fn sign(&self, request: &SignRequest) -> Result<Signature, E> {
        match &self.state {
            State::Opened(signer) => Ok(Signature::new(signer.sign(&request.digest())?)),
            _ => Err(Error::Locked.into()),
        }
    }
}

/// How long a question may take to leave the terminal as it was, when its time is over.
const RESTORING: Duration = Duration::from_secs(1);

/// Opens on another thread: it may take a second or a person's typing, and the network must see
/// meanwhile that a server gives up a connection.
async fn beside<E: From<Error> + Send + 'static>(
    open: Open<E>,
    until: Option<Instant>,
) -> Result<Signer, E> {
    let opened = threads::beside(move || open(until));
    let ended = match until.and_then(|until| until.checked_add(RESTORING)) {
        Some(until) => tokio::time::timeout_at(until.into(), opened).await,
        None => Ok(opened.await),
    };
    match ended {
        Ok(Some(opened)) => opened,
        // It failed, or it waits for a pipe that nobody writes to.
        Ok(None) | Err(_) => Err(Error::Locked.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scheme::{TransferWithAuthorization, TypedData};
    use crate::wallet::PrivateKey;
    use alloy_primitives::{B256, U256};
    use alloy_sol_types::Eip712Domain;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::{Arc, mpsc};

    fn counted(opened: &Arc<AtomicUsize>) -> Account<Error> {
        let opened = Arc::clone(opened);
        Account::locked(Box::new(move |_| {
            opened.fetch_add(1, Ordering::SeqCst);
            Ok(Signer::new(PrivateKey::from_bytes(&[0x46; 32]).unwrap()))
        }))
    }

    fn request() -> SignRequest {
        SignRequest::Eip3009(TypedData {
            domain: Eip712Domain::default(),
            message: TransferWithAuthorization {
                from: Address::ZERO,
                to: Address::ZERO,
                value: U256::from(1),
                validAfter: U256::ZERO,
                validBefore: U256::from(2),
                nonce: B256::ZERO,
            },
        })
    }

    fn unlock(account: &mut Account<Error>) -> Result<Address, Error> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(account.unlock(None))
    }

    #[test]
    fn is_opened_once_and_only_when_needed() {
        let opened = Arc::new(AtomicUsize::new(0));
        let mut account = counted(&opened);
        let request = request();
        assert!(matches!(account.sign(&request), Err(Error::Locked)));
        assert_eq!(opened.load(Ordering::SeqCst), 0);
        let address = unlock(&mut account).unwrap();
        assert_eq!(unlock(&mut account).unwrap(), address);
        assert_eq!(opened.load(Ordering::SeqCst), 1);
        let signature = account.sign(&request).ok().unwrap();
        let signature = alloy_primitives::Signature::from_raw(signature.as_bytes()).unwrap();
        let signer = signature.recover_address_from_prehash(&request.digest()).unwrap();
        assert_eq!(signer, address, "it is over the request's own digest");
    }

    #[test]
    fn what_a_look_finds_is_of_interest_until_it_is_open() {
        let opened = Arc::new(AtomicUsize::new(0));
        let mut account = counted(&opened).that_looks(Box::new(|| Err(Error::Locked)));
        assert!(account.look().is_err());
        assert_eq!(opened.load(Ordering::SeqCst), 0);
        unlock(&mut account).unwrap();
        assert!(account.look().is_ok());
        assert!(counted(&opened).look().is_ok());
    }

    #[test]
    fn is_opened_early_on_good_grounds_alone() {
        for grounds in [true, false] {
            let opened = Arc::new(AtomicUsize::new(0));
            let (tell, told) = mpsc::channel();
            let mut account = counted(&opened).open_early(move || {
                tell.send(()).unwrap();
                grounds
            });
            told.recv().unwrap();
            if !grounds {
                assert_eq!(opened.load(Ordering::SeqCst), 0);
            }
            unlock(&mut account).unwrap();
            assert_eq!(opened.load(Ordering::SeqCst), 1);
        }
    }
}
