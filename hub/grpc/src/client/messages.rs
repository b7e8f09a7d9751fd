//! Mail.

use super::{
    CALL, ClientError, OperatorClient,
    pages::{self, PAGE},
    timed,
};
use crate::proto::operator::v1;

impl OperatorClient {
    /// GetDelivery.
    pub async fn delivery(&mut self) -> Result<v1::Delivery, ClientError> {
        Ok(self.messages.get_delivery(timed(v1::GetDeliveryRequest {}, CALL)).await?.into_inner())
    }

    /// ReleaseDelivery.
    pub async fn release_delivery(&mut self) -> Result<v1::Delivery, ClientError> {
        Ok(self.messages.release_delivery(timed(v1::ReleaseDeliveryRequest {}, CALL)).await?.into_inner())
    }

    /// ListMessages, all pages.
    pub async fn messages(
        &mut self,
        parent: &str,
        state: v1::MessageState,
    ) -> Result<Vec<v1::StuckMessage>, ClientError> {
        pages::all(async |page_token| {
            let (parent, state) = (parent.to_owned(), state.into());
            let request = v1::ListMessagesRequest { parent, state, page_size: PAGE, page_token };
            let page = self.messages.list_messages(timed(request, CALL)).await?.into_inner();
            Ok((page.messages, page.next_page_token))
        })
        .await
    }

    /// ResolveUnknown.
    pub async fn resolve_unknown(&mut self, name: &str, resolution: v1::Resolution) -> Result<(), ClientError> {
        let request = v1::ResolveUnknownRequest { name: name.to_owned(), resolution: resolution.into() };
        self.messages.resolve_unknown(timed(request, CALL)).await?;
        Ok(())
    }

    /// ListSuppressions, all pages.
    pub async fn suppressions(&mut self, parent: &str) -> Result<Vec<v1::Suppression>, ClientError> {
        pages::all(async |page_token| {
            let request = v1::ListSuppressionsRequest { parent: parent.to_owned(), page_size: PAGE, page_token };
            let page = self.messages.list_suppressions(timed(request, CALL)).await?.into_inner();
            Ok((page.suppressions, page.next_page_token))
        })
        .await
    }

    /// LiftSuppression.
    pub async fn lift_suppression(&mut self, name: &str) -> Result<(), ClientError> {
        let request = v1::LiftSuppressionRequest { name: name.to_owned() };
        self.messages.lift_suppression(timed(request, CALL)).await?;
        Ok(())
    }
}
