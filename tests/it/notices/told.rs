//! The list of what somebody was told.

use anyhow::ensure;
use komunala_demo::{Newcomer, newcomer::link_by};
use komunala_grpc::proto::v1::{
    ChangePasswordRequest, DeleteProfileRequest, ListNotificationsRequest, MarkNotificationsReadRequest,
};
use komunala_tests::{TestWorld, on_both_databases};

use super::{cause_news, reason, told};

fn up_to(name: &str) -> MarkNotificationsReadRequest {
    MarkNotificationsReadRequest { up_to: name.to_owned() }
}

on_both_databases! {
    async fn what_somebody_was_told_is_listed_with_what_it_is_about(database) {
        let world = TestWorld::start(database).await?;
        let vera = Newcomer::at(&world.region, 0)?;
        let (customer, _) = vera.settle(world.api, &world.region).await?;
        let none = told(&customer).await?;
        ensure!(none.notifications.is_empty() && none.unread_count == 0, "a code is no news: {none:?}");

        let request = cause_news(&world, &customer).await?;
        let new_password = "another long and winding pipe".to_owned();
        let change = ChangePasswordRequest { current_password: vera.password.clone(), new_password };
        customer.accounts().change_password(change).await?;
        // somebody else proves the same account
        let (other, _) = Newcomer::at(&world.region, 1)?.settle(world.api, &world.region).await?;
        let account = link_by(&other, &vera.provider, vera.bill.clone()).await?;

        let list = told(&customer).await?;
        let kinds: Vec<_> = list.notifications.iter().map(|told| (told.kind.as_str(), told.resource.as_str())).collect();
        let expected = [
            ("linked_by_another", account.name.as_str()),
            ("password_changed", ""),
            ("request_answered", request.as_str()),
        ];
        ensure!(kinds == expected, "{kinds:?}");
        ensure!(list.unread_count == 3 && list.notifications.iter().all(|told| !told.read), "{list:?}");
        ensure!(list.notifications.iter().all(|told| told.provider == "providers/gas-ruma"), "{list:?}");
        // what the other one was told is theirs
        let theirs = told(&other).await?.notifications;
        ensure!(theirs.len() == 1 && theirs[0].kind == "account_linked" && theirs[0].resource == account.name, "{theirs:?}");

        // one by one, the newest first, without a gap
        let (mut names, mut page_token) = (Vec::new(), String::new());
        loop {
            let ask = ListNotificationsRequest { page_size: 1, page_token };
            let page = customer.notifications().list_notifications(ask).await?.into_inner();
            names.extend(page.notifications.into_iter().map(|told| told.name));
            page_token = page.next_page_token;
            if page_token.is_empty() {
                break;
            }
        }
        ensure!(names == list.notifications.iter().map(|told| told.name.clone()).collect::<Vec<_>>(), "{names:?}");

        let left = customer.notifications().mark_notifications_read(up_to(&names[1])).await?.into_inner();
        ensure!(left.unread_count == 1, "{left:?}");
        let read: Vec<_> = told(&customer).await?.notifications.iter().map(|told| told.read).collect();
        ensure!(read == [false, true, true], "{read:?}");
        let refused = customer.notifications().mark_notifications_read(up_to(&theirs[0].name)).await.unwrap_err();
        ensure!(reason(&refused) == "NOT_FOUND", "{refused}");
        let left = customer.notifications().mark_notifications_read(up_to("")).await?.into_inner();
        ensure!(left.unread_count == 0, "{left:?}");
        world.stop().await;
        Ok(())
    }

    async fn nothing_of_what_somebody_was_told_is_left_of_who_was_erased(database) {
        let world = TestWorld::start(database).await?;
        let vera = Newcomer::at(&world.region, 0)?;
        let (customer, _) = vera.settle(world.api, &world.region).await?;
        cause_news(&world, &customer).await?;
        ensure!(told(&customer).await?.notifications.len() == 1, "there is no news");
        let erase = DeleteProfileRequest { password: vera.password.clone() };
        customer.accounts().delete_profile(erase).await?;
        let left = told(&customer).await?;
        ensure!(left.notifications.is_empty() && left.unread_count == 0, "{left:?}");
        world.stop().await;
        Ok(())
    }
}
