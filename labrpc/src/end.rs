//! Client ends: the ports through which calls enter the network.

use std::{
    fmt,
    marker::PhantomData,
    sync::{Arc, OnceLock},
};

use serde::{Serialize, de::DeserializeOwned};
use tarpc::{
    RequestName,
    client::{RpcError, stub::Stub},
    context::Context,
};
use tokio::sync::oneshot;

use crate::{call::Call, delivery, state::Shared};

/// One directed port into the network, made by [`Network::make_end`](crate::Network::make_end). Many calls may
/// be in progress on it at once. Give it a type by [`End::client`].
#[derive(Clone, Debug)]
pub struct End {
    shared: Arc<Shared>,
    id: usize,
}

impl End {
    pub(crate) fn new(shared: Arc<Shared>, id: usize) -> Self {
        End { shared, id }
    }

    /// This end as the client side of one tarpc service.
    pub fn client<Req, Resp>(&self) -> ClientEnd<Req, Resp> {
        ClientEnd { end: self.clone(), service: Arc::default(), types: PhantomData }
    }
}

/// A typed client end: what tarpc calls a stub. `HelloClient::from(end)` turns it into the generated client.
///
/// Cloning is cheap; clones share the port.
pub struct ClientEnd<Req, Resp> {
    end: End,
    /// Name of the service, learnt from the first request: every request of one type has the same.
    service: Arc<OnceLock<Arc<str>>>,
    types: PhantomData<fn(Req) -> Resp>,
}

impl<Req, Resp> Clone for ClientEnd<Req, Resp> {
    fn clone(&self) -> Self {
        ClientEnd { end: self.end.clone(), service: self.service.clone(), types: PhantomData }
    }
}

impl<Req, Resp> fmt::Debug for ClientEnd<Req, Resp> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ClientEnd").field(&self.end.id).finish()
    }
}

impl<Req, Resp> ClientEnd<Req, Resp> {
    /// The name of the server that this end is bound to now, for events and reports.
    pub fn server_name(&self) -> Option<String> {
        self.end.shared.state().server_name(self.end.id).map(str::to_owned)
    }
}

/// The one error a call can end with: no answer. Nothing tells a lost request from a lost reply, a dead server
/// from a cut cable; the handler may or may not have run.
pub fn no_answer() -> RpcError {
    RpcError::DeadlineExceeded
}

impl<Req, Resp> Stub for ClientEnd<Req, Resp>
where
    Req: RequestName + Serialize,
    Resp: DeserializeOwned,
{
    type Req = Req;
    type Resp = Resp;

    /// Sends one request and waits for its reply. The context reaches the handler as it is, and means nothing to the
    /// network: its deadline is a real-clock instant, which must decide nothing in virtual time.
    ///
    /// # Errors
    /// [`no_answer`], and no other.
    ///
    /// # Panics
    /// If the request cannot be encoded or the reply cannot be decoded: programming errors, as in the original.
    async fn call(&self, context: Context, request: Req) -> Result<Resp, RpcError> {
        let service = self.service.get_or_init(|| service_of(request.name())).clone();
        // The bytes are made before the request is queued: nothing is ever shared between the two sides.
        let bytes = labgob::encode(&request)
            .unwrap_or_else(|e| panic!("labrpc: cannot encode {}: {e}", request.name()));
        let (reply_to, reply) = oneshot::channel();
        let call = Call { id: 0, end: self.end.id, service, context, bytes, reply_to };
        delivery::send(&self.end.shared, call, request.name());
        drop(request);
        let bytes = reply.await.map_err(|_| no_answer())?;
        Ok(labgob::decode(&bytes).unwrap_or_else(|e| panic!("labrpc: cannot decode a reply: {e}")))
    }
}

/// The service in `Service.method`, split at the last dot.
fn service_of(request_name: &str) -> Arc<str> {
    request_name.rsplit_once('.').map_or(request_name, |(service, _)| service).into()
}
