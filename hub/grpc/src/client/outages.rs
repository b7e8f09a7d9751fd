//! Outages.

use jiff::Timestamp;

use super::{
    CALL, ClientError, OperatorClient,
    pages::{self, PAGE},
    timed,
};
use crate::{convert::moment, proto::operator::v1};

/// What is said of an outage.
#[derive(Debug, Clone)]
pub struct Announcement {
    /// When it begins.
    pub start: Timestamp,
    /// When it ends, where that is known.
    pub end: Option<Timestamp>,
    /// Why; may be empty.
    pub reason: String,
    /// The numbers of the supply points that it concerns.
    pub points: Vec<String>,
}

impl From<Announcement> for v1::OutageDraft {
    fn from(Announcement { start, end, reason, points }: Announcement) -> Self {
        Self { start_time: Some(moment(start)), end_time: end.map(moment), reason, point_numbers: points }
    }
}

impl OperatorClient {
    /// PreviewOutage, of a provider.
    pub async fn preview_outage(
        &mut self,
        provider: &str,
        outage: Announcement,
    ) -> Result<v1::PreviewOutageResponse, ClientError> {
        let request = v1::PreviewOutageRequest { parent: parent(provider), outage: Some(outage.into()) };
        Ok(self.outages.preview_outage(timed(request, CALL)).await?.into_inner())
    }

    /// PublishOutage, of a provider.
    pub async fn publish_outage(
        &mut self,
        provider: &str,
        outage: Announcement,
        request_id: &str,
    ) -> Result<v1::PlannedOutage, ClientError> {
        let (outage, request_id) = (Some(outage.into()), request_id.to_owned());
        let request = v1::PublishOutageRequest { parent: parent(provider), outage, request_id };
        Ok(self.outages.publish_outage(timed(request, CALL)).await?.into_inner())
    }

    /// ChangeOutage, by its name and the revision that this follows; 0 for whichever there is.
    pub async fn change_outage(
        &mut self,
        name: &str,
        revision: i32,
        outage: Announcement,
        request_id: &str,
    ) -> Result<v1::PlannedOutage, ClientError> {
        let (name, outage, request_id) = (name.to_owned(), Some(outage.into()), request_id.to_owned());
        let request = v1::ChangeOutageRequest { name, outage, revision, request_id };
        Ok(self.outages.change_outage(timed(request, CALL)).await?.into_inner())
    }

    /// CancelOutage, by its name and the revision that this follows; 0 for whichever there is.
    pub async fn cancel_outage(
        &mut self,
        name: &str,
        revision: i32,
        request_id: &str,
    ) -> Result<v1::PlannedOutage, ClientError> {
        let (name, request_id) = (name.to_owned(), request_id.to_owned());
        let request = v1::CancelOutageRequest { name, revision, request_id };
        Ok(self.outages.cancel_outage(timed(request, CALL)).await?.into_inner())
    }

    /// GetOutage.
    pub async fn outage(&mut self, name: &str) -> Result<v1::PlannedOutage, ClientError> {
        let request = v1::GetOutageRequest { name: name.to_owned() };
        Ok(self.outages.get_outage(timed(request, CALL)).await?.into_inner())
    }

    /// ListOutages of a provider, all pages.
    pub async fn outages(&mut self, provider: &str) -> Result<Vec<v1::PlannedOutage>, ClientError> {
        pages::all(async |page_token| {
            let request = v1::ListOutagesRequest { parent: parent(provider), page_size: PAGE, page_token };
            let page = self.outages.list_outages(timed(request, CALL)).await?.into_inner();
            Ok((page.outages, page.next_page_token))
        })
        .await
    }
}

fn parent(provider: &str) -> String {
    format!("providers/{provider}")
}
