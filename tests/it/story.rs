//! The story of every provider and of the cabinet with all of them, as the demo tells it.

use komunala_tests::{TestWorld, on_both_databases};

on_both_databases! {
    async fn every_step_of_the_story_holds(database) {
        let world = TestWorld::of_all(database).await?;
        komunala_demo::story::tell(&world).await?;
        world.stop().await;
        Ok(())
    }
}
