//! Servers: named bundles of services.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::atomic::{AtomicU64, Ordering},
};

use serde::{Serialize, de::DeserializeOwned};
use tarpc::{RequestName, ServerError, context};

type Handler = Box<dyn Fn(Vec<u8>) -> Pin<Box<dyn Future<Output = Vec<u8>> + Send>> + Send + Sync>;

/// One object whose methods can be called: a `#[tarpc::service]` behind its codec.
pub struct Service {
    name: String,
    handler: Handler,
}

impl Service {
    /// Makes a service from the name of its `#[tarpc::service]` trait and a function that serves one request.
    ///
    /// tarpc's `Serve::serve` promises no `Send` future in generic code, hence the closure at a concrete type:
    ///
    /// ```ignore
    /// Service::new("Hello", move |ctx, request| server.clone().serve().serve(ctx, request))
    /// ```
    pub fn new<Req, Resp, F, Fut>(name: impl Into<String>, serve: F) -> Self
    where
        Req: RequestName + DeserializeOwned + Send + 'static,
        Resp: Serialize + Send + 'static,
        F: Fn(context::Context, Req) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Resp, ServerError>> + Send + 'static,
    {
        let name = name.into();
        let label = name.clone();
        let handler: Handler = Box::new(move |bytes| {
            // A request that cannot be decoded is a bug of this program, never bad luck: both ends are ours.
            let request: Req =
                labgob::decode(&bytes).unwrap_or_else(|e| panic!("labrpc: bad request for {label}: {e}"));
            let answer = serve(context::current(), request);
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
        request: Vec<u8>,
    ) -> Pin<Box<dyn Future<Output = Vec<u8>> + Send>> {
        self.count.fetch_add(1, Ordering::Relaxed);
        let Some(found) = self.services.iter().find(|s| s.name == service) else {
            let known: Vec<_> = self.services.iter().map(|s| s.name.as_str()).collect();
            panic!("labrpc: unknown service {service}; this server offers {known:?}");
        };
        (found.handler)(request)
    }
}
