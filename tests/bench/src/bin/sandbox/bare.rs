//! The same component in wasmtime alone: the same linker, the same pool, and nothing of what makes it a sandbox. No
//! deadline, no limit, no check of what goes out or comes back.
//!
//! A linker belongs to an engine, and an engine's configuration says how its code is compiled: the same linker means
//! code that looks at the epoch. Code that does not is measured beside it, to know what that costs.

use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use wasmtime::{
    Config, Engine, InstanceAllocationStrategy, PoolingAllocationConfig, Store,
    component::{Component, InstancePre, Linker, ResourceTable},
};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::{
    Error as WasiError, RequestOptions, WasiBody, WasiHttpCtx, WasiHttpCtxView, WasiHttpHooks, WasiHttpView,
};

use crate::{adapters, billing};

#[allow(missing_docs, unreachable_pub, clippy::all, reason = "generated from the contract, which documents it")]
mod contract {
    wasmtime::component::bindgen!({
        path: "../../plugins/wit/0.1.0",
        world: "invoices-adapter",
        exports: { default: async },
    });
}

use contract::{
    InvoicesAdapterIndices, exports::komunala::adapter::invoices::InvoiceFilter, komunala::adapter::types::PageRequest,
};

/// The gas adapter's component without a sandbox.
pub(crate) struct Bare {
    engine: Engine,
    component: InstancePre<State>,
    indices: InvoicesAdapterIndices,
}

struct State {
    wasi: WasiCtx,
    http: WasiHttpCtx,
    hooks: Answering,
    table: ResourceTable,
}

struct Answering;

impl Bare {
    /// With the sandbox's settings of the pool; `epochs` for code that could be interrupted.
    pub(crate) fn new(epochs: bool) -> anyhow::Result<Self> {
        let mut pool = PoolingAllocationConfig::new();
        pool.linear_memory_keep_resident(256 * 1024)
            .table_keep_resident(16 * 1024)
            .max_memories_per_module(4)
            .max_tables_per_module(8)
            .total_core_instances(4096)
            .total_tables(1024)
            .pagemap_scan(wasmtime::Enabled::Auto);
        let mut config = Config::new();
        config
            .allocation_strategy(InstanceAllocationStrategy::Pooling(pool))
            .concurrency_support(false)
            .epoch_interruption(epochs);
        let engine = Engine::new(&config)?;
        let mut linker = Linker::new(&engine);
        wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
        wasmtime_wasi_http::p2::add_only_http_to_linker_async(&mut linker)?;
        let component = Component::from_binary(&engine, &adapters::component("gas")?)?;
        let component = linker.instantiate_pre(&component)?;
        let indices = InvoicesAdapterIndices::new(&component)?;
        Ok(Self { engine, component, indices })
    }

    /// A fresh call; how many invoices came.
    pub(crate) async fn invoices(&self) -> anyhow::Result<usize> {
        let wasi = WasiCtx::builder().env("BASE_URL", adapters::BASE_URL).env("CURRENCY", "RSD").build();
        let state = State { wasi, http: WasiHttpCtx::new(), hooks: Answering, table: ResourceTable::new() };
        let mut store = Store::new(&self.engine, state);
        // never reached: nobody ticks
        store.set_epoch_deadline(1);
        let instance = self.component.instantiate_async(&mut store).await?;
        let invoices = self.indices.load(&mut store, &instance)?;
        let page = PageRequest { cursor: None, size: 100 };
        let answer = invoices
            .komunala_adapter_invoices()
            .call_list_invoices(&mut store, &billing::ACCOUNT.to_owned(), InvoiceFilter::All, &page)
            .await?;
        Ok(answer.map_err(|error| anyhow::anyhow!("{error:?}"))?.items.len())
    }
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

impl WasiHttpView for State {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView { hooks: &mut self.hooks, table: &mut self.table, ctx: &mut self.http }
    }
}

type Answer = (Response<WasiBody>, Box<dyn Future<Output = Result<(), WasiError>> + Send>);

impl WasiHttpHooks for Answering {
    fn send_request(
        &mut self,
        _: Request<WasiBody>,
        _: Option<RequestOptions>,
        _: Box<dyn Future<Output = Result<(), WasiError>> + Send>,
    ) -> Box<dyn Future<Output = Result<Answer, WasiError>> + Send> {
        let body = Full::new(billing::INVOICES.clone()).map_err(|never| match never {}).boxed_unsync();
        let response = Response::builder().header("content-type", "application/json");
        let response = response.body(body).expect("a constant header");
        let nothing_left: Box<dyn Future<Output = _> + Send> = Box::new(std::future::ready(Ok(())));
        Box::new(std::future::ready(Ok((response, nothing_left))))
    }
}
