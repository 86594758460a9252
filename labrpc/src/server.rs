//! Servers: named bundles of services.

use std::{
    fmt,
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use futures::future::BoxFuture;
use serde::{Serialize, de::DeserializeOwned};
use tarpc::{RequestName, ServerError, context::Context};

type Handler = Box<dyn Fn(Context, Vec<u8>) -> BoxFuture<'static, Vec<u8>> + Send + Sync>;

/// One object whose methods can be called: a `#[tarpc::service]` behind its codec.
pub struct Service {
    name: Arc<str>,
    handler: Handler,
}

impl Service {
    /// Makes a service from the name of its `#[tarpc::service]` trait and a function that serves one request.
    ///
    /// The function is a closure over the server object, `move |ctx, request| object.clone().serve().serve(ctx, request)`,
    /// because tarpc promises no `Send` future in generic code, only at a concrete type.
    pub fn new<Req, Resp, F, Fut>(name: impl Into<String>, serve: F) -> Self
    where
        Req: RequestName + DeserializeOwned + Send + 'static,
        Resp: Serialize + Send + 'static,
        F: Fn(Context, Req) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Resp, ServerError>> + Send + 'static,
    {
        let name: Arc<str> = name.into().into();
        let label = name.clone();
        let handler: Handler = Box::new(move |context, bytes| {
            // A request that cannot be decoded is a bug of this program, never bad luck: both ends are ours.
            let request: Req =
                labgob::decode(&bytes).unwrap_or_else(|e| panic!("labrpc: bad request for {label}: {e}"));
            let answer = serve(context, request);
            let label = label.clone();
            Box::pin(async move {
                let response = answer.await.unwrap_or_else(|e| panic!("labrpc: {label} failed: {e}"));
                labgob::encode(&response).unwrap_or_else(|e| panic!("labrpc: bad reply of {label}: {e}"))
            })
        });
        Service { name, handler }
    }
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service").field("name", &self.name).finish_non_exhaustive()
    }
}

/// A named bundle of services and a counter of incoming requests.
///
/// A restarted server is a *new* `Server` under the old name: its counter starts at 0, and calls still inside
/// the old object fail at their next liveness check.
#[derive(Debug, Default)]
pub struct Server {
    services: Vec<Service>,
    count: AtomicU64,
}

impl Server {
    /// A server without services.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one service.
    #[must_use]
    pub fn with(mut self, service: Service) -> Self {
        self.services.push(service);
        self
    }

    /// Requests whose handler was started on this very object.
    pub fn count(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }

    /// Starts the handler of `service`.
    ///
    /// # Panics
    /// If there is no such service: a programming error, as in the original.
    pub(crate) fn dispatch(
        &self,
        service: &str,
        context: Context,
        request: Vec<u8>,
    ) -> BoxFuture<'static, Vec<u8>> {
        self.count.fetch_add(1, Ordering::Relaxed);
        let Some(found) = self.services.iter().find(|s| *s.name == *service) else {
            let known: Vec<_> = self.services.iter().map(|s| &*s.name).collect();
            panic!("labrpc: unknown service {service}; this server offers {known:?}");
        };
        (found.handler)(context, request)
    }
}
